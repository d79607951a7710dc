import { errorCorpusSuite } from "@holdfast/testing"
import { acme } from "./acme.js"
import { corpus } from "./error-corpus.js"

errorCorpusSuite(acme(), corpus)
