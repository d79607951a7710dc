import { errorCorpusSuite } from "@holdfast/testing"
import { corpus } from "./error-corpus.js"
import { discord } from "./index.js"

errorCorpusSuite(discord(), corpus)
