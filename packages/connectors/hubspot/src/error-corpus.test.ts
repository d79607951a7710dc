import { errorCorpusSuite } from "@holdfast/testing"
import { corpus } from "./error-corpus.js"
import { hubspot } from "./index.js"

errorCorpusSuite(hubspot(), corpus)
