import { errorCorpusSuite } from "@holdfast/testing"
import { corpus } from "./error-corpus.js"
import { airtable } from "./index.js"

errorCorpusSuite(airtable(), corpus)
