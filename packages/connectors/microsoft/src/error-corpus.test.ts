import { errorCorpusSuite } from "@holdfast/testing"
import { corpus } from "./error-corpus.js"
import { outlook, outlookCalendar, teams } from "./index.js"

for (const connector of [outlook(), outlookCalendar(), teams()]) errorCorpusSuite(connector, corpus)
