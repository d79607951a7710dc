import { errorCorpusSuite } from "@holdfast/testing"
import { anthropicErrors } from "./anthropic.error-corpus.js"
import { asanaErrors } from "./asana.error-corpus.js"
import { boxErrors } from "./box.error-corpus.js"
import { canvaErrors } from "./canva.error-corpus.js"
import { clickupErrors } from "./clickup.error-corpus.js"
import { figmaErrors } from "./figma.error-corpus.js"
import { gohighlevelErrors } from "./gohighlevel.error-corpus.js"
import * as catalog from "./index.js"
import { kajabiErrors } from "./kajabi.error-corpus.js"
import { kartraErrors } from "./kartra.error-corpus.js"
import { linearErrors } from "./linear.error-corpus.js"
import { mailerliteErrors } from "./mailerlite.error-corpus.js"
import { mondayErrors } from "./monday.error-corpus.js"
import { openaiErrors } from "./openai.error-corpus.js"
import { pipedriveErrors } from "./pipedrive.error-corpus.js"
import { sendgridErrors } from "./sendgrid.error-corpus.js"
import { spotifyErrors } from "./spotify.error-corpus.js"
import { wixErrors } from "./wix.error-corpus.js"

errorCorpusSuite(catalog.anthropic(), anthropicErrors)
errorCorpusSuite(catalog.asana(), asanaErrors)
errorCorpusSuite(catalog.box(), boxErrors)
errorCorpusSuite(catalog.canva(), canvaErrors)
errorCorpusSuite(catalog.clickup(), clickupErrors)
errorCorpusSuite(catalog.figma(), figmaErrors)
errorCorpusSuite(catalog.gohighlevel(), gohighlevelErrors)
errorCorpusSuite(catalog.kajabi(), kajabiErrors)
errorCorpusSuite(catalog.kartra(), kartraErrors)
errorCorpusSuite(catalog.linear(), linearErrors)
errorCorpusSuite(catalog.mailerlite(), mailerliteErrors)
errorCorpusSuite(catalog.monday(), mondayErrors)
errorCorpusSuite(catalog.openai(), openaiErrors)
errorCorpusSuite(catalog.pipedrive(), pipedriveErrors)
errorCorpusSuite(catalog.sendgrid(), sendgridErrors)
errorCorpusSuite(catalog.spotify(), spotifyErrors)
errorCorpusSuite(catalog.wix(), wixErrors)
