import { errorCorpusSuite } from "@holdfast/testing"
import { corpus } from "./error-corpus.js"
import { trello } from "./trello.js"

errorCorpusSuite(trello(), corpus)
