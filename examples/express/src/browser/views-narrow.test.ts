import { everyView } from "./every-view.js"

everyView({ name: "narrow", colorScheme: "light", width: 360 })
