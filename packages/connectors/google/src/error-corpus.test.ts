import { errorCorpusSuite } from "@holdfast/testing"
import { corpus } from "./error-corpus.js"
import { gmail, googleCalendar, googleChat, googleDrive, googleSheets } from "./index.js"

for (const connector of [gmail(), googleCalendar(), googleChat(), googleDrive(), googleSheets()])
  errorCorpusSuite(connector, corpus)
