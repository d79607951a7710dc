import { errorCorpusSuite } from "@holdfast/testing"
import { corpus } from "./error-corpus.js"
import { zendesk } from "./index.js"

errorCorpusSuite(zendesk(), corpus)
