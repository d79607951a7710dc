import { type Call, HoldfastError, hmac, isHoldfastError, isSameText, type Place, type Webhooks } from "@holdfast/core"
import { z } from "zod"

/** The form that is posted, unfolded: `data[merges][FNAME]` is `data.merges.FNAME`. @see https://mailchimp.com/developer/marketing/guides/sync-audience-data-webhooks/ */
const payload = z.looseObject({
  type: z.string(),
  fired_at: z.string(),
  data: z.looseObject({ list_id: z.string().optional(), email: z.string().optional() }),
})

const names: Readonly<Record<string, string>> = {
  subscribe: "member_subscribed",
  unsubscribe: "member_unsubscribed",
  profile: "member_updated",
  upemail: "member_email_changed",
  cleaned: "member_cleaned",
  campaign: "campaign_status_changed",
}

/** @see https://mailchimp.com/developer/marketing/api/list-webhooks/add-webhook/ */
const hook = z.looseObject({ id: z.string(), url: z.string(), signing_secret: z.string().min(1).nullish() })
const hooks = z.looseObject({ webhooks: z.array(hook) })
const lists = z.looseObject({ lists: z.array(z.looseObject({ id: z.string() })) })

const toleranceSeconds = 300
/** Of addresses whose deliveries are not signed. */
const keyParameter = "key"

export const webhooks: Webhooks = {
  scheme:
    "HMAC-SHA256 of {t}.{body} with the webhook's signing secret, hex, X-Mailchimp-Signature: t={t},v1={signature}; 300 s. Where Mailchimp signs nothing: a secret in the address",
  events: {
    member_subscribed: { summary: "Somebody was added to an audience", payload },
    member_unsubscribed: { summary: "Somebody left an audience", payload },
    member_updated: { summary: "A member's profile changed", payload },
    member_email_changed: { summary: "A member's e-mail address changed", payload },
    member_cleaned: { summary: "An address was removed because it bounces or complained", payload },
    campaign_status_changed: { summary: "A campaign was sent or cancelled", payload },
  },

  own: {
    async verify({ clock, digest, secrets }, { method, url, headers, body, text }) {
      // Mailchimp looks whether somebody is there, before it makes a webhook. The answer says nothing.
      if (method === "GET" || method === "HEAD") return { is: "handshake", response: new Response(null) }
      const key = new URL(url).searchParams.get(keyParameter)
      if (key === null) await prove(headers.get("x-mailchimp-signature") ?? "", body, secrets, clock.now())
      else if (!secrets.map((secret) => isSameText(secret, key)).includes(true)) throw unverified()
      const { data } = payload.safeParse(unfolded(text))
      if (!data) throw unverified()
      const name = names[data.type]
      // There is no id of deliveries. What is sent again is the same, byte for byte.
      const id = `${data.type} ${data.fired_at} ${await digest(text)}`
      return { is: "events", events: name === undefined ? [] : [{ id, name, payload: data }] }
    },
  },

  async subscribe(call, place) {
    const { http } = call
    const { lists: audiences } = await http.get("/lists", {
      query: { count: 1_000, fields: "lists.id" },
      output: lists,
    })
    const made = []
    for (const { id } of audiences) made.push(await subscribed(call, place, id))
    return made
  },

  async unsubscribe(call, subscriptions) {
    for (const { data } of subscriptions) await remove(call, data.list_id ?? "", data.id ?? "")
  },
}

/** The webhook of one audience. Its secret is shown once: one that was lost in a crash is removed and made again. */
async function subscribed(call: Call, { url, secret, known }: Place, list_id: string) {
  const { http } = call
  const path = { list_id }
  const { webhooks: there } = await http.get("/lists/{list_id}/webhooks", { path, output: hooks })
  const ours = there.filter((one) => one.url === url || one.url.startsWith(`${url}?`))
  const kept = known.find(({ data }) => data.list_id === list_id && ours.some(({ id }) => id === data.id))
  for (const { id } of ours) if (id !== kept?.data.id) await remove(call, list_id, id)
  if (kept) return kept
  const events = Object.fromEntries(Object.keys(names).map((name) => [name, true]))
  // What is done through the API is often done here: it would come back.
  const json = { url, events, sources: { user: true, admin: true, api: false } }
  const { id, signing_secret } = await http.post("/lists/{list_id}/webhooks", { path, json, output: hook })
  if (signing_secret) return { data: { list_id, id }, secret: signing_secret }
  // Nothing will be signed, so the address is made a secret one, as the guide recommends.
  const address = new URL(url)
  address.searchParams.set(keyParameter, secret)
  await http.patch("/lists/{list_id}/webhooks/{id}", { path: { list_id, id }, json: { url: address.href } })
  return { data: { list_id, id } }
}

async function remove({ http }: Call, list_id: string, id: string): Promise<void> {
  await http.delete("/lists/{list_id}/webhooks/{id}", { path: { list_id, id } }).catch((error: unknown) => {
    if (!isHoldfastError(error, "resource_not_found")) throw error
  })
}

async function prove(header: string, body: Uint8Array, secrets: readonly string[], now: number): Promise<void> {
  const parts = header.split(",").map((part) => part.trim().split("="))
  const valuesOf = (name: string) => parts.filter(([key]) => key === name).map(([, value = ""]) => value)
  const [timestamp = "", another] = valuesOf("t")
  if (another !== undefined || !/^\d{1,12}$/.test(timestamp)) throw unverified()
  if (Math.abs(now / 1000 - Number(timestamp)) > toleranceSeconds) throw unverified()
  const expected = await Promise.all(secrets.map((secret) => hmac("SHA-256", secret, [`${timestamp}.`, body], "hex")))
  const fitting = expected.flatMap((one) => valuesOf("v1").filter((signature) => isSameText(signature, one)))
  if (fitting.length === 0) throw unverified()
}

type Unfolded = { [name: string]: string | Unfolded }

function unfolded(text: string): Unfolded {
  const result: Unfolded = Object.create(null)
  for (const [name, value] of new URLSearchParams(text)) {
    const path = name.split(/[[\]]+/).filter(Boolean)
    const last = path.pop()
    if (last === undefined) continue
    let place = result
    for (const step of path) {
      const there = place[step]
      const inner: Unfolded = typeof there === "object" ? there : Object.create(null)
      place[step] = inner
      place = inner
    }
    place[last] = value
  }
  return result
}

function unverified(): HoldfastError {
  return new HoldfastError("webhook_unverified", undefined, { details: { connector: "mailchimp" } })
}
