import { errorCorpusSuite } from "@holdfast/testing"
import { corpus } from "./error-corpus.js"
import { zoom } from "./index.js"

errorCorpusSuite(zoom(), corpus)
