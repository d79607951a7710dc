import { errorCorpusSuite } from "@holdfast/testing"
import { corpus } from "./error-corpus.js"
import { stripe } from "./index.js"

errorCorpusSuite(stripe(), corpus)
