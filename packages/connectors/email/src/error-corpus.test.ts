import { errorCorpusSuite } from "@holdfast/testing"
import { corpus } from "./error-corpus.js"
import { email } from "./index.js"

errorCorpusSuite(email(), corpus)
