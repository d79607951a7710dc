import { everyView } from "./every-view.js"

everyView({ name: "dark", colorScheme: "dark", width: 1200 })
