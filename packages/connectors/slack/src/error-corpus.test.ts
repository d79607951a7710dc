import { errorCorpusSuite } from "@holdfast/testing"
import { corpus } from "./error-corpus.js"
import { slack } from "./index.js"

errorCorpusSuite(slack(), corpus)
