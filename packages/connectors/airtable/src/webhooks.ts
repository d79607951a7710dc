import {
  type Call,
  HoldfastError,
  isHoldfastError,
  isSignedByAny,
  parsedJson,
  type Subscription,
  type Webhooks,
} from "@holdfast/core"
import { z } from "zod"

/** A ping: that something changed in a base, not what. @see https://airtable.com/developers/web/api/webhooks-overview */
const ping = z.looseObject({
  base: z.looseObject({ id: z.string() }),
  webhook: z.looseObject({ id: z.string() }),
  timestamp: z.string(),
})

/** @see https://airtable.com/developers/web/api/create-a-webhook */
const made = z.looseObject({ id: z.string(), macSecretBase64: z.string(), expirationTime: z.string() })
/** @see https://airtable.com/developers/web/api/list-webhooks */
const listed = z.looseObject({
  webhooks: z.array(z.looseObject({ id: z.string(), notificationUrl: z.string().nullish() })),
})
/** @see https://airtable.com/developers/web/api/refresh-a-webhook */
const refreshed = z.looseObject({ expirationTime: z.string() })
/** @see https://airtable.com/developers/web/api/list-bases */
const bases = z.looseObject({ bases: z.array(z.looseObject({ id: z.string() })), offset: z.string().optional() })

const needed = ["webhook:manage", "data.records:read", "schema.bases:read"]
const mostPages = 5

/**
 * A webhook for each base, with a secret that is shown once. It ends after seven days, unless it is refreshed.
 * @see https://airtable.com/developers/web/api/webhooks-overview
 */
export const webhooks = {
  scheme:
    "HMAC-SHA256 of the body with the base64-decoded secret of the webhook, hex, X-Airtable-Content-MAC: hmac-sha256={signature}",

  own: {
    async verify({ account, secrets }, { body, headers, text }) {
      const [, signature = ""] = /^hmac-sha256=(.*)$/.exec(headers.get("x-airtable-content-mac") ?? "") ?? []
      const keys = secrets.flatMap((secret) => bytesOf(secret) ?? [])
      if (!(await isSignedByAny("SHA-256", keys, [body], "hex", signature))) throw unverified()
      const payload = ping.safeParse(parsedJson(text)).data
      if (!payload) throw unverified()
      const id = `${payload.webhook.id} ${payload.timestamp}`
      return { is: "events", events: [{ id, name: "base_changed", accountId: account.id, payload }] }
    },
  },

  events: {
    base_changed: { summary: "Records of a base changed; which ones must be asked for", payload: ping },
  },

  async subscribe(call, { known, url }) {
    // A consent without webhook:manage is as good as before, and hears nothing.
    if (call.granted && !needed.every((scope) => call.granted?.includes(scope))) return []
    const subscriptions: Subscription[] = []
    for (const baseId of await basesOf(call)) {
      const one = await subscribedTo(call, baseId, url, known)
      if (one) subscriptions.push(one)
    }
    return subscriptions
  },

  async renew({ http }, { data }) {
    const path = { baseId: data.baseId ?? "", id: data.id ?? "" }
    const { expirationTime } = await http.post("/bases/{baseId}/webhooks/{id}/refresh", { path, output: refreshed })
    return { data, expiresAt: Date.parse(expirationTime) }
  },

  async unsubscribe(call, subscriptions) {
    for (const { data } of subscriptions) await remove(call, data.baseId ?? "", data.id ?? "")
  },
} satisfies Webhooks

async function basesOf({ http }: Call): Promise<readonly string[]> {
  const ids: string[] = []
  try {
    for (let count = 0, offset: string | undefined; count < mostPages; count++) {
      const page = await http.get("/meta/bases", { query: { offset }, output: bases })
      ids.push(...page.bases.map(({ id }) => id))
      offset = page.offset
      if (offset === undefined) break
    }
  } catch (error) {
    if (!isHoldfastError(error, "forbidden")) throw error
  }
  return ids
}

/** Undefined: this token may not have webhooks there. */
async function subscribedTo(
  call: Call,
  baseId: string,
  notificationUrl: string,
  known: readonly Subscription[],
): Promise<Subscription | undefined> {
  const path = { baseId }
  try {
    const there = await call.http.get("/bases/{baseId}/webhooks", { path, output: listed })
    const ours = there.webhooks.filter((one) => one.notificationUrl === notificationUrl).map(({ id }) => id)
    const kept = known.find(({ data, secret }) => secret !== undefined && ours.includes(data.id ?? ""))
    for (const id of ours) if (id !== kept?.data.id) await remove(call, baseId, id)
    if (kept) return kept
    const json = { notificationUrl, specification: { options: { filters: { dataTypes: ["tableData"] } } } }
    const { id, macSecretBase64, expirationTime } = await call.http.post("/bases/{baseId}/webhooks", {
      path,
      json,
      output: made,
    })
    return { data: { baseId, id }, secret: macSecretBase64, expiresAt: Date.parse(expirationTime) }
  } catch (error) {
    if (isHoldfastError(error, "forbidden") || isHoldfastError(error, "resource_not_found")) return undefined
    throw error
  }
}

async function remove({ http }: Call, baseId: string, id: string): Promise<void> {
  await http.delete("/bases/{baseId}/webhooks/{id}", { path: { baseId, id } }).catch((error: unknown) => {
    if (!isHoldfastError(error, "resource_not_found")) throw error
  })
}

function bytesOf(base64: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}

function unverified(): HoldfastError {
  return new HoldfastError("webhook_unverified", "X-Airtable-Content-MAC does not fit the body and the secret.", {
    details: { connector: "airtable" },
  })
}
