import { everyView } from "./every-view.js"

everyView({ name: "light", colorScheme: "light", width: 1200 })
