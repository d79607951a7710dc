import { errorCorpusSuite } from "@holdfast/testing"
import { corpus } from "./error-corpus.js"
import { plaid } from "./index.js"

errorCorpusSuite(plaid(), corpus)
