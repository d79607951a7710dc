import { errorCorpusSuite } from "@holdfast/testing"
import { corpus } from "./error-corpus.js"
import { mailchimp } from "./index.js"

errorCorpusSuite(mailchimp(), corpus)
