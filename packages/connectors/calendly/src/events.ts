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
import { userOf } from "./operations.js"

/** @see https://developer.calendly.com/api-docs/overview/webhooks/webhook-payload */
const payload = z.looseObject({
  event: z.string(),
  created_at: z.string(),
  created_by: z.string().nullish(),
  payload: z.looseObject({ uri: z.string() }),
})

const names: Readonly<Record<string, string>> = {
  "invitee.created": "invitee_created",
  "invitee.canceled": "invitee_canceled",
  "routing_form_submission.created": "routing_form_submission_created",
}

/** @see https://developer.calendly.com/api-docs/calendly-api/webhooks/create-webhook-subscription */
const subscription = z.looseObject({ uri: z.string(), callback_url: z.string(), state: z.string().optional() })
const listed = z.looseObject({
  collection: z.array(subscription),
  pagination: z.looseObject({ next_page_token: z.string().nullish() }),
})

// https://developer.calendly.com/api-docs/overview/webhooks/webhook-signatures
const toleranceMs = 180_000
const mostPages = 10

export const webhooks: Webhooks = {
  scheme:
    "HMAC-SHA256 of {t}.{body} with the signing key, hex, Calendly-Webhook-Signature: t={t},v1={signature}; 180 s",
  events: {
    invitee_created: { summary: "Somebody booked a meeting", payload },
    invitee_canceled: { summary: "A meeting was canceled, by either side", payload },
    routing_form_submission_created: { summary: "Somebody filled in a routing form of the organization", payload },
  },

  own: {
    async verify({ app, clock, secrets }, { headers, body, text }) {
      const { timestamp, signatures } = signatureOf(headers.get("calendly-webhook-signature") ?? "")
      if (!isFresh(Number(timestamp) * 1_000, clock.now(), toleranceMs)) throw unverified()
      // What a token made is signed with the key that it chose; what an OAuth app made, with the app's.
      const key = app?.fields.webhookSigningKey
      const keys = key ? [key, ...secrets] : secrets
      if (!(await isSignedByAny("SHA-256", keys, [`${timestamp}.`, body], "hex", signatures))) throw unverified()
      const { data } = payload.safeParse(parsedJson(text))
      if (!data) throw unverified()
      const name = names[data.event]
      // There is no id of deliveries; these three say what happened, when, to whom.
      const id = `${data.event} ${data.created_at} ${data.payload.uri}`
      return { is: "events", events: name === undefined ? [] : [{ id, name, payload: data }] }
    },
  },

  async subscribe(call, place) {
    if (call.app && !call.app.fields.webhookSigningKey) {
      call.context.log.warn("the Calendly app has no webhook signing key, so there will be no events", {})
      return []
    }
    const made = [await subscribed(call, place, "user", ["invitee.created", "invitee.canceled"])]
    // Routing forms are the organization's: https://developer.calendly.com/docs/api-guides/receive-data-from-scheduled-events-in-real-time-with-webhook-subscriptions
    made.push(await subscribed(call, place, "organization", ["routing_form_submission.created"]))
    return made.flatMap((uri) => (uri === undefined ? [] : [{ data: { uri } }]))
  },

  async unsubscribe(call, subscriptions) {
    for (const { data } of subscriptions) await remove(call, data.uri ?? "")
  },
}

/** The one that is there, or a new one. Undefined: this person, plan or permission has none of the kind. */
async function subscribed(
  call: Call,
  place: Place,
  scope: "user" | "organization",
  events: readonly string[],
): Promise<string | undefined> {
  const user = userOf(call)
  const organization = call.account?.data?.organization ?? ""
  // One address may be subscribed once.
  const url = scope === "user" ? place.url : `${place.url}?scope=${scope}`
  const whose = { organization, scope, ...(scope === "user" && { user }) }
  try {
    const there = await existing(call, whose, url)
    if (there?.state === "disabled") await remove(call, there.uri)
    else if (there) return there.uri
    const json = { url, events, ...whose, ...(!call.app && { signing_key: place.secret }) }
    const output = z.looseObject({ resource: subscription })
    return (await call.http.post("/webhook_subscriptions", { json, output })).resource.uri
  } catch (error) {
    if (!isHoldfastError(error, "forbidden") && !isHoldfastError(error, "scope_missing")) throw error
    call.context.log.warn("Calendly lets this person have no such webhook", { code: error.code, scope })
    return undefined
  }
}

async function existing({ http }: Call, whose: Readonly<Record<string, string>>, url: string) {
  let page_token: string | undefined
  for (let page = 0; page < mostPages; page++) {
    const query = { ...whose, count: 100, page_token }
    const { collection, pagination } = await http.get("/webhook_subscriptions", { query, output: listed })
    const found = collection.find(({ callback_url }) => callback_url === url)
    if (found || !pagination.next_page_token) return found
    page_token = pagination.next_page_token
  }
  return undefined
}

async function remove({ http }: Call, uri: string): Promise<void> {
  const path = { uuid: uri.split("/").at(-1) ?? "" }
  await http.delete("/webhook_subscriptions/{uuid}", { path }).catch((error: unknown) => {
    if (!isHoldfastError(error, "resource_not_found")) throw error
  })
}

/** The parts of `t=…,v1=…`. One that is cut or repeated proves nothing. */
function signatureOf(header: string): { timestamp: string; signatures: readonly string[] } {
  const parts = header.split(",").map((part) => part.trim().split("="))
  const valuesOf = (name: string) => parts.filter(([key]) => key === name).map(([, value = ""]) => value)
  const [timestamp = "", another] = valuesOf("t")
  if (another !== undefined || !/^\d{1,12}$/.test(timestamp)) throw unverified()
  return { timestamp, signatures: valuesOf("v1") }
}

function unverified(): HoldfastError {
  return new HoldfastError("webhook_unverified", undefined, { details: { connector: "calendly" } })
}
