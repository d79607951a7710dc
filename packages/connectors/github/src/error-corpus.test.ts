import { errorCorpusSuite } from "@holdfast/testing"
import { corpus } from "./error-corpus.js"
import { github } from "./index.js"

errorCorpusSuite(github(), corpus)
