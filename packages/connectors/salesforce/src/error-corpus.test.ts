import { errorCorpusSuite } from "@holdfast/testing"
import { corpus } from "./error-corpus.js"
import { salesforce } from "./index.js"

errorCorpusSuite(salesforce(), corpus)
