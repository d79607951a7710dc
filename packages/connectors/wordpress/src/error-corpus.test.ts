import { errorCorpusSuite } from "@holdfast/testing"
import { corpus } from "./error-corpus.js"
import { wordpress } from "./index.js"

errorCorpusSuite(wordpress(), corpus)
