import {
  type Account,
  HoldfastError,
  hmac,
  isSameText,
  parsedJson,
  type WebhookEvent,
  type Webhooks,
} from "@holdfast/core"
import { z } from "zod"

const change = z.looseObject({
  resourceUrl: z.string(),
  resourceId: z.string(),
  eventDateUtc: z.string(),
  eventType: z.string(),
  eventCategory: z.string(),
  tenantId: z.string(),
  tenantType: z.string().optional(),
})

const delivery = z.looseObject({ events: z.array(change), firstEventSequence: z.number().optional() })

/**
 * Changes of invoices and contacts in every organisation that is connected to the app. The test that Xero makes before it sends any, the
 * intent to receive, is a signed delivery without events, and ones that are signed wrongly must get 401.
 * @see https://developer.xero.com/documentation/guides/webhooks/overview
 * @see https://developer.xero.com/documentation/guides/webhooks/configuring-your-server
 */
export const webhooks: Webhooks = {
  scheme: "HMAC-SHA256 of the body under the webhooks key, base64, X-Xero-Signature",

  async verify({ app }, { headers, body, text }) {
    const { webhookKey } = app.fields
    if (!webhookKey) throw unverified("The app has no webhooks key.")
    const signature = headers.get("x-xero-signature") ?? ""
    if (!isSameText(signature, await hmac("SHA-256", webhookKey, [body], "base64"))) {
      throw unverified("The signature does not fit: is it this app's webhooks key?")
    }
    return { is: "events", events: eventsOf(text) }
  },

  events: {
    invoice_created: { summary: "An invoice was created", payload: change },
    invoice_updated: { summary: "An invoice has changed", payload: change },
    contact_created: { summary: "A contact was created", payload: change },
    contact_updated: { summary: "A contact has changed", payload: change },
  },
}

const actions: Readonly<Record<string, string>> = { CREATE: "created", UPDATE: "updated" }

function eventsOf(text: string): readonly WebhookEvent[] {
  const { events = [], firstEventSequence } = delivery.safeParse(parsedJson(text)).data ?? {}
  return events.map((event, index) => {
    const { tenantId, resourceId, eventDateUtc, eventType, eventCategory } = event
    const sequence = firstEventSequence === undefined ? undefined : firstEventSequence + index
    return {
      id: [sequence, tenantId, resourceId, eventType, eventDateUtc].join(":"),
      name: `${eventCategory.toLowerCase()}_${actions[eventType] ?? eventType.toLowerCase()}`,
      // An organisation, which several people may have connected, each with others beside it.
      concerns: ({ data }: Account) => (data?.tenantIds ?? "").split(" ").includes(tenantId),
      payload: event,
    }
  })
}

function unverified(message: string): HoldfastError {
  return new HoldfastError("webhook_unverified", message, { details: { connector: "xero" } })
}
