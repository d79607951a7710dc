import {
  type Call,
  HoldfastError,
  isFresh,
  isHoldfastError,
  isSignedByAny,
  type Place,
  parsedJson,
  type Webhooks,
} from "@holdfast/core"
import { z } from "zod"

/** @see https://developer.zendesk.com/api-reference/webhooks/event-types/webhook-event-types/ */
const payload = z.looseObject({
  type: z.string(),
  id: z.string(),
  time: z.string().optional(),
  subject: z.string().optional(),
  account_id: z.number().optional(),
  detail: z.looseObject({}),
  event: z.looseObject({}),
})

/** @see https://developer.zendesk.com/api-reference/webhooks/event-types/ticket-events */
const types: Readonly<Record<string, string>> = {
  ticket_created: "zen:event-type:ticket.created",
  ticket_comment_added: "zen:event-type:ticket.comment_added",
  ticket_status_changed: "zen:event-type:ticket.status_changed",
  ticket_agent_assignment_changed: "zen:event-type:ticket.agent_assignment_changed",
}
const names = new Map(Object.entries(types).map(([name, type]) => [type, name]))

/** @see https://developer.zendesk.com/api-reference/webhooks/webhooks-api/webhooks/ */
const webhook = z.looseObject({ id: z.string(), endpoint: z.string() })
const made = z.looseObject({ webhook })
const listed = z.looseObject({
  webhooks: z.array(webhook),
  meta: z.looseObject({ has_more: z.boolean(), after_cursor: z.string().nullish() }).optional(),
})
const signing = z.looseObject({ signing_secret: z.looseObject({ secret: z.string().min(1) }) })

const toleranceMs = 300_000
const mostPages = 10

export const webhooks: Webhooks = {
  scheme: "HMAC-SHA256 of {timestamp}{body} with the webhook's signing secret, base64, X-Zendesk-Webhook-Signature",
  events: {
    ticket_created: { summary: "A ticket was created", payload },
    ticket_comment_added: { summary: "A comment was added to a ticket", payload },
    ticket_status_changed: { summary: "A ticket's status changed", payload },
    ticket_agent_assignment_changed: { summary: "A ticket was given to another agent", payload },
  },

  own: {
    // https://developer.zendesk.com/documentation/webhooks/verifying/
    async verify({ clock, secrets }, { headers, body, text }) {
      const timestamp = headers.get("x-zendesk-webhook-signature-timestamp") ?? ""
      const signature = headers.get("x-zendesk-webhook-signature") ?? ""
      if (!isFresh(Date.parse(timestamp), clock.now(), toleranceMs)) throw unverified()
      if (!(await isSignedByAny("SHA-256", secrets, [timestamp, body], "base64", signature))) throw unverified()
      const read = payload.safeParse(parsedJson(text))
      if (!read.success) throw unverified()
      const name = names.get(read.data.type)
      return {
        is: "events",
        events: name === undefined ? [] : [{ id: read.data.id, name, payload: read.data }],
      }
    },
  },

  async subscribe(call, place) {
    try {
      const id = (await existing(call, place))?.id ?? (await created(call, place))
      const { signing_secret } = await call.http.get("/webhooks/{id}/signing_secret", { path: { id }, output: signing })
      return [{ data: { id }, secret: signing_secret.secret }]
    } catch (error) {
      // Webhooks are an administrator's: somebody else's connection goes without.
      if (!isHoldfastError(error, "forbidden") && !isHoldfastError(error, "scope_missing")) throw error
      call.context.log.warn("this person may not make webhooks at Zendesk, so there will be no events", {
        code: error.code,
      })
      return []
    }
  },

  async unsubscribe({ http }, subscriptions) {
    for (const { data } of subscriptions) {
      try {
        await http.delete("/webhooks/{id}", { path: { id: data.id ?? "" } })
      } catch (error) {
        if (!isHoldfastError(error, "resource_not_found")) throw error
      }
    }
  },
}

/** What an earlier call made for this address, and could not tell of. */
async function existing({ http }: Call, { url }: Place): Promise<{ id: string } | undefined> {
  let after: string | undefined
  for (let page = 0; page < mostPages; page++) {
    const query = { "filter[name_contains]": "Holdfast", "page[size]": 100, "page[after]": after }
    const { webhooks: there, meta } = await http.get("/webhooks", { query, output: listed })
    const found = there.find(({ endpoint }) => endpoint === url)
    if (found || !meta?.has_more || !meta.after_cursor) return found
    after = meta.after_cursor
  }
  return undefined
}

async function created({ http }: Call, { url }: Place): Promise<string> {
  const json = {
    webhook: {
      name: `Holdfast (${new URL(url).host})`,
      status: "active",
      endpoint: url,
      http_method: "POST",
      request_format: "json",
      subscriptions: Object.values(types),
    },
  }
  return (await http.post("/webhooks", { json, output: made })).webhook.id
}

function unverified(): HoldfastError {
  return new HoldfastError("webhook_unverified")
}
