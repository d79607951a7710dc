import type { Account, Webhooks } from "@holdfast/core"
import { z } from "zod"
import { bytesOf, parsedJson, unverified } from "./webhook-kit.js"

/** @see https://github.com/GoHighLevel/highlevel-api-docs/tree/main/docs/webhook%20events */
const payload = z.looseObject({
  type: z.string(),
  timestamp: z.string().optional(),
  webhookId: z.string().optional(),
  locationId: z.string().optional(),
  companyId: z.string().optional(),
  id: z.string().optional(),
})
type Payload = z.infer<typeof payload>

const types: Readonly<Record<string, string>> = {
  ContactCreate: "contact_created",
  ContactUpdate: "contact_updated",
  ContactDelete: "contact_deleted",
  OpportunityCreate: "opportunity_created",
  OpportunityUpdate: "opportunity_updated",
  OpportunityStatusUpdate: "opportunity_status_updated",
  OpportunityDelete: "opportunity_deleted",
  InboundMessage: "message_received",
  UNINSTALL: "app_uninstalled",
}

/**
 * HighLevel's own, for all apps. The older `x-wh-signature`, by RSA, is not looked at.
 * @see https://marketplace.gohighlevel.com/docs/webhook/WebhookIntegrationGuide
 */
const highlevelKey = "MCowBQYDK2VwAyEAi2HR1srL4o18O8BRa7gVJY7G7bupbN3H9AwJrHCDiOg="
const toleranceMs = 300_000

/**
 * Events of the locations and agencies that have installed the app.
 * @see https://marketplace.gohighlevel.com/docs/webhook/WebhookIntegrationGuide
 */
export const webhooks: Webhooks = {
  scheme: "Ed25519 of the body with HighLevel's key, base64, X-GHL-Signature; timestamp in the body, 300 s",

  async verify({ app, clock }, { headers, body, text }) {
    const key = app.fields.webhookPublicKey ?? highlevelKey
    if (!(await isSigned(key, headers.get("x-ghl-signature") ?? "", body)))
      throw unverified("gohighlevel", "X-GHL-Signature does not fit the body and HighLevel's key.")
    const read = payload.safeParse(parsedJson(text)).data
    if (!read) throw unverified("gohighlevel", "The delivery cannot be read.")
    const { timestamp, type, webhookId } = read
    if (timestamp !== undefined && !(Math.abs(clock.now() - Date.parse(timestamp)) <= toleranceMs))
      throw unverified("gohighlevel", "The delivery is too old.")
    const name = Object.hasOwn(types, type) ? types[type] : undefined
    if (name === undefined) return { is: "events", events: [] }
    const concerns = (account: Account) => isAbout(read, account)
    return { is: "events", events: [{ ...(webhookId && { id: webhookId }), name, payload: read, concerns }] }
  },

  events: {
    contact_created: { summary: "A contact was added", payload },
    contact_updated: { summary: "A contact changed", payload },
    contact_deleted: { summary: "A contact was deleted", payload },
    opportunity_created: { summary: "An opportunity was added", payload },
    opportunity_updated: { summary: "An opportunity changed", payload },
    opportunity_status_updated: { summary: "An opportunity has another status", payload },
    opportunity_deleted: { summary: "An opportunity was deleted", payload },
    message_received: { summary: "A contact wrote, or called", payload },
    app_uninstalled: { summary: "The app was taken out of a location or an agency", payload },
  },

  ends: ({ name }) => name === "app_uninstalled",
}

/** What happens in a location concerns its agency too, if the delivery names it; being taken out of the location does not. */
function isAbout({ type, companyId, locationId }: Payload, { data }: Account): boolean {
  if (locationId !== undefined && data?.locationId === locationId) return true
  const isAgency = data?.locationId === undefined && companyId !== undefined && data?.companyId === companyId
  return isAgency && (locationId === undefined || type !== "UNINSTALL")
}

async function isSigned(key: string, signature: string, body: Uint8Array): Promise<boolean> {
  const [spki, signed] = [bytesOf(key), bytesOf(signature)]
  if (!spki) throw unverified("gohighlevel", "The public key of webhooks is no base64.")
  if (signed?.length !== 64) return false
  const verifier = await crypto.subtle.importKey("spki", spki, { name: "Ed25519" }, false, ["verify"])
  return await crypto.subtle.verify("Ed25519", verifier, signed, new Uint8Array(body))
}
