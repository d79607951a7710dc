import { errorCorpusSuite } from "@holdfast/testing"
import { corpus } from "./error-corpus.js"
import { quickbooks } from "./index.js"

errorCorpusSuite(quickbooks(), corpus)
