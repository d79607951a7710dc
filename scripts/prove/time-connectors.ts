import { airtable } from "../../packages/connectors/airtable/src/index.js"
import { jira } from "../../packages/connectors/atlassian/src/index.js"
import { calendly } from "../../packages/connectors/calendly/src/index.js"
import { box, canva, gohighlevel, pipedrive } from "../../packages/connectors/catalog/src/index.js"
import { discord } from "../../packages/connectors/discord/src/index.js"
import { googleSheets } from "../../packages/connectors/google/src/index.js"
import { hubspot } from "../../packages/connectors/hubspot/src/index.js"
import { outlook } from "../../packages/connectors/microsoft/src/index.js"
import { quickbooks } from "../../packages/connectors/quickbooks/src/index.js"
import { shopify } from "../../packages/connectors/shopify/src/index.js"
import { xero } from "../../packages/connectors/xero/src/index.js"
import { zoom } from "../../packages/connectors/zoom/src/index.js"
import type { Connector } from "../../packages/core/src/index.js"

/** Providers of every kind of life: refresh tokens that work once or for ever, that end unused after 60 to 365 days or never. */
export function timeConnectors(): readonly Connector[] {
  return [
    airtable(),
    box(),
    calendly(),
    canva(),
    discord(),
    gohighlevel(),
    googleSheets(),
    hubspot(),
    jira(),
    outlook(),
    pipedrive(),
    quickbooks(),
    shopify(),
    xero(),
    zoom(),
  ]
}
