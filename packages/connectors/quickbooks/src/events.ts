import { HoldfastError, hmac, isSameText, parsedJson, type WebhookEvent, type Webhooks } from "@holdfast/core"
import { z } from "zod"

/** One change, whichever form it came in. Only ids: what has changed is read from the API. */
const change = z.object({
  realmId: z.string(),
  /** `Invoice`, as the API names it. */
  entity: z.string(),
  id: z.string(),
  operation: z.string(),
  at: z.string().optional(),
})

/** Until the summer of 2026. @see https://developer.intuit.com/app/developer/qbo/docs/develop/webhooks */
const notifications = z.looseObject({
  eventNotifications: z.array(
    z.looseObject({
      realmId: z.string(),
      dataChangeEvent: z
        .looseObject({
          entities: z.array(
            z.looseObject({
              name: z.string(),
              id: z.string(),
              operation: z.string(),
              lastUpdated: z.string().optional(),
            }),
          ),
        })
        .optional(),
    }),
  ),
})

/** Since then. @see https://blogs.intuit.com/2025/11/12/upcoming-change-to-webhooks-payload-structure/ */
const cloudEvents = z.array(
  z.looseObject({
    id: z.string().min(1),
    type: z.string(),
    time: z.string().optional(),
    intuitentityid: z.string(),
    intuitaccountid: z.string(),
  }),
)

const entities: Readonly<Record<string, string>> = { customer: "Customer", invoice: "Invoice", payment: "Payment" }
const operations: Readonly<Record<string, string>> = {
  Create: "created",
  Update: "updated",
  Delete: "deleted",
  Merge: "merged",
  Void: "voided",
  Emailed: "emailed",
}

/**
 * Changes of customers, invoices and payments, signed with the verifier token, in either of the two forms.
 * @see https://developer.intuit.com/app/developer/qbo/docs/develop/webhooks
 */
export const webhooks: Webhooks = {
  scheme: "HMAC-SHA256 of the body under the verifier token, base64, Intuit-Signature",

  async verify({ app }, { headers, body, text }) {
    const { verifierToken } = app.fields
    if (!verifierToken) throw unverified("The app has no verifier token.")
    const signature = headers.get("intuit-signature") ?? ""
    if (!isSameText(signature, await hmac("SHA-256", verifierToken, [body], "base64"))) {
      throw unverified("The signature does not fit: is it this app's verifier token?")
    }
    const said = parsedJson(text)
    return { is: "events", events: [...eventsOf(said), ...notifiedBy(said)] }
  },

  events: {
    customer_created: { summary: "A customer was created", payload: change },
    customer_updated: { summary: "A customer has changed", payload: change },
    customer_deleted: { summary: "A customer was deleted", payload: change },
    customer_merged: { summary: "A customer was merged into another", payload: change },
    invoice_created: { summary: "An invoice was created", payload: change },
    invoice_updated: { summary: "An invoice has changed", payload: change },
    invoice_deleted: { summary: "An invoice was deleted", payload: change },
    invoice_voided: { summary: "An invoice was made void", payload: change },
    invoice_emailed: { summary: "An invoice was sent by e-mail", payload: change },
    payment_created: { summary: "A payment was entered", payload: change },
    payment_updated: { summary: "A payment has changed", payload: change },
    payment_deleted: { summary: "A payment was deleted", payload: change },
    payment_voided: { summary: "A payment was made void", payload: change },
  },
}

/** One delivery may be about several companies. */
function eventsOf(said: unknown): readonly WebhookEvent[] {
  return (cloudEvents.safeParse(said).data ?? []).flatMap(({ id, type, time, intuitentityid, intuitaccountid }) => {
    const [, entity, operation] = /^qbo\.(\w+)\.(\w+)\.v\d+$/.exec(type) ?? []
    if (!entity || !operation) return []
    return [eventOf(intuitaccountid, entities[entity] ?? entity, intuitentityid, operation, time, id)]
  })
}

function notifiedBy(said: unknown): readonly WebhookEvent[] {
  return (notifications.safeParse(said).data?.eventNotifications ?? []).flatMap(({ realmId, dataChangeEvent }) =>
    (dataChangeEvent?.entities ?? []).map(({ name, id, operation, lastUpdated }) => {
      const repeat = [realmId, name, id, operation, lastUpdated].join(":")
      return eventOf(realmId, name, id, operations[operation] ?? operation.toLowerCase(), lastUpdated, repeat)
    }),
  )
}

function eventOf(
  realmId: string,
  entity: string,
  entityId: string,
  operation: string,
  at: string | undefined,
  id: string,
): WebhookEvent {
  return {
    id,
    name: `${entity.toLowerCase()}_${operation}`,
    accountId: realmId,
    payload: { realmId, entity, id: entityId, operation, ...(at !== undefined && { at }) },
  }
}

function unverified(message: string): HoldfastError {
  return new HoldfastError("webhook_unverified", message, { details: { connector: "quickbooks" } })
}
