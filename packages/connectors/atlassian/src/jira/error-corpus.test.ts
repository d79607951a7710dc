import { errorCorpusSuite } from "@holdfast/testing"
import { corpus } from "./error-corpus.js"
import { jira } from "./jira.js"

errorCorpusSuite(jira(), corpus)
