import { errorCorpusSuite } from "@holdfast/testing"
import { corpus } from "./error-corpus.js"
import { zohoBooks } from "./index.js"

errorCorpusSuite(zohoBooks(), corpus)
