import { errorCorpusSuite } from "@holdfast/testing"
import { corpus } from "./error-corpus.js"
import { paypal } from "./index.js"

errorCorpusSuite(paypal(), corpus)
