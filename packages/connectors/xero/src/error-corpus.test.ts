import { errorCorpusSuite } from "@holdfast/testing"
import { corpus } from "./error-corpus.js"
import { xero } from "./index.js"

errorCorpusSuite(xero(), corpus)
