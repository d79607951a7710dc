import { errorCorpusSuite } from "@holdfast/testing"
import { corpus } from "./error-corpus.js"
import { shopify } from "./index.js"

errorCorpusSuite(shopify(), corpus)
