import { errorCorpusSuite } from "@holdfast/testing"
import { corpus } from "./error-corpus.js"
import { woocommerce } from "./index.js"

errorCorpusSuite(woocommerce(), corpus)
