import { HoldfastError, hmac, isFresh, isSameText, parsedJson, type WebhookEvent, type Webhooks } from "@holdfast/core"
import { z } from "zod"

const toleranceMs = 300_000

const change = z.looseObject({
  portalId: z.number(),
  objectId: z.number(),
  occurredAt: z.number().optional(),
  propertyName: z.string().optional(),
  propertyValue: z.string().nullish(),
})

/**
 * Changes of contacts and deals, signed with the client secret over method, address, body and time.
 * @see https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation
 * @see https://developers.hubspot.com/docs/api-reference/webhooks-webhooks-v3/guide
 */
export const webhooks = {
  scheme: "HMAC-SHA256 of {method}{address}{body}{timestamp}, base64, X-HubSpot-Signature-v3; 300 s",

  async verify({ app, clock }, { method, url, headers, body, text }) {
    const timestamp = headers.get("x-hubspot-request-timestamp") ?? ""
    const signature = headers.get("x-hubspot-signature-v3") ?? ""
    const { clientSecret } = app.fields
    if (!clientSecret) throw unverified("The app has no client secret.")
    if (!/^\d{1,15}$/.test(timestamp)) throw unverified("X-HubSpot-Request-Timestamp is missing or repeated.")
    if (!isFresh(Number(timestamp), clock.now(), toleranceMs)) throw unverified("The delivery is too old.")
    const signed = [`${method}${signedAddress(url)}`, body, timestamp]
    if (!isSameText(signature, await hmac("SHA-256", clientSecret, signed, "base64"))) {
      throw unverified(
        "The signature does not fit: is it this app's client secret, and the address that HubSpot calls?",
      )
    }
    return { is: "events", events: eventsOf(text) }
  },

  events: {
    contact_created: { summary: "A contact was created", payload: change },
    contact_changed: { summary: "A property of a contact has changed", payload: change },
    contact_deleted: { summary: "A contact was deleted", payload: change },
    deal_created: { summary: "A deal was created", payload: change },
    deal_changed: { summary: "A property of a deal has changed", payload: change },
    deal_deleted: { summary: "A deal was deleted", payload: change },
  },
} satisfies Webhooks

const delivery = z.array(
  z.looseObject({
    eventId: z.number(),
    subscriptionId: z.number().optional(),
    portalId: z.number(),
    occurredAt: z.number().optional(),
    subscriptionType: z.string(),
    objectTypeId: z.string().optional(),
    objectId: z.number().optional(),
  }),
)

const actions: Readonly<Record<string, string>> = {
  creation: "created",
  propertyChange: "changed",
  deletion: "deleted",
}
// https://developers.hubspot.com/docs/guides/crm/understanding-the-crm#object-type-ids
const objectTypes: Readonly<Record<string, string>> = { "0-1": "contact", "0-3": "deal" }

/** One delivery holds up to a hundred events, of several accounts. */
function eventsOf(text: string): readonly WebhookEvent[] {
  return (delivery.safeParse(parsedJson(text)).data ?? []).map((event) => {
    const { eventId, subscriptionId, occurredAt, objectId, portalId, subscriptionType, objectTypeId = "" } = event
    const [type = "", action = ""] = subscriptionType.split(".")
    const object = type === "object" ? (objectTypes[objectTypeId] ?? objectTypeId) : type
    return {
      // An `eventId` alone is not promised to be unique, and a repeat differs by its `attemptNumber`.
      id: [portalId, subscriptionId, eventId, objectId, occurredAt].join(":"),
      name: `${object}_${actions[action] ?? action}`,
      accountId: String(portalId),
      payload: event,
    }
  })
}

/** Some encoded characters of an address are decoded before it is signed; those after the `?` stay as they are otherwise. */
function signedAddress(url: string): string {
  return url.replace(/%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi, (encoded) => decodeURIComponent(encoded))
}

function unverified(message: string): HoldfastError {
  return new HoldfastError("webhook_unverified", message, { details: { connector: "hubspot" } })
}
