import { errorCorpusSuite } from "@holdfast/testing"
import { corpus } from "./error-corpus.js"
import { notion } from "./index.js"

errorCorpusSuite(notion(), corpus)
