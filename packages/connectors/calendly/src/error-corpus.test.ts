import { errorCorpusSuite } from "@holdfast/testing"
import { corpus } from "./error-corpus.js"
import { calendly } from "./index.js"

errorCorpusSuite(calendly(), corpus)
