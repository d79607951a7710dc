import { errorCorpusSuite } from "@holdfast/testing"
import { corpus } from "./error-corpus.js"
import { telegram } from "./index.js"

errorCorpusSuite(telegram(), corpus)
