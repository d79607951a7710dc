import { library } from "../../scripts/library.js"

export default library()
