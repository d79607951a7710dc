import { halves } from "./demo-connectors.js"
import { everyConnector } from "./every-connector.js"

everyConnector(halves[0])
