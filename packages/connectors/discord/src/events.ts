import { HoldfastError, isFresh, parsedJson, type Verdict, type WebhookEvent, type Webhooks } from "@holdfast/core"
import { z } from "zod"

const toleranceMs = 300_000

const user = z.looseObject({ id: z.string(), username: z.string().optional() })
const guild = z.looseObject({ id: z.string() })

const interaction = z.looseObject({
  id: z.string(),
  application_id: z.string(),
  type: z.number(),
  /** Good for fifteen minutes, to answer with: https://discord.com/developers/docs/interactions/receiving-and-responding#followup-messages */
  token: z.string(),
  data: z.looseObject({}).optional(),
  guild_id: z.string().optional(),
  channel_id: z.string().optional(),
  member: z.looseObject({ user }).optional(),
  user: user.optional(),
})
const told = z.looseObject({
  type: z.literal(1),
  event: z.looseObject({ type: z.string(), timestamp: z.string(), data: z.unknown() }),
})
const authorized = z.looseObject({
  integration_type: z.number().optional(),
  user,
  scopes: z.array(z.string()),
  guild: guild.optional(),
})
const deauthorized = z.looseObject({ user })
const entitlement = z.looseObject({
  id: z.string(),
  sku_id: z.string(),
  user_id: z.string().optional(),
  guild_id: z.string().optional(),
})

/** Our name of each kind, and what shows people that we are at it. @see https://discord.com/developers/docs/interactions/receiving-and-responding */
const kinds: Readonly<Record<number, { readonly name: string; readonly reply: object }>> = {
  2: { name: "interaction_command", reply: { type: 5 } },
  3: { name: "interaction_component", reply: { type: 6 } },
  5: { name: "interaction_modal", reply: { type: 5 } },
}
const noChoices = { type: 8, data: { choices: [] } }

/**
 * Interactions and webhook events, signed with the app's key. Discord tries with wrong signatures from time to time, and wants 401 then.
 * @see https://discord.com/developers/docs/interactions/overview#setting-up-an-endpoint-validating-security-request-headers
 * @see https://discord.com/developers/docs/events/webhook-events
 */
export const webhooks: Webhooks = {
  scheme: "Ed25519 of {timestamp}{body}, hex, X-Signature-Ed25519 and X-Signature-Timestamp; 300 s",

  async verify({ app, clock }, { headers, body, text }) {
    const { publicKey } = app.fields
    if (!publicKey) throw unverified("The app has no public key: save it to receive interactions and events.")
    const timestamp = headers.get("x-signature-timestamp") ?? ""
    if (!/^\d{1,12}$/.test(timestamp)) throw unverified("X-Signature-Timestamp is missing or repeated.")
    if (!isFresh(Number(timestamp) * 1_000, clock.now(), toleranceMs)) throw unverified("The delivery is too old.")
    if (!(await isSigned(publicKey, headers.get("x-signature-ed25519") ?? "", timestamp, body)))
      throw unverified("The signature does not fit: is it this app's public key, and the body as it arrived?")
    return verdictOf(text)
  },

  events: {
    interaction_command: { summary: "Somebody used a command of the app", payload: interaction },
    interaction_component: { summary: "Somebody used a button or a menu of the app", payload: interaction },
    interaction_modal: { summary: "Somebody sent a form of the app", payload: interaction },
    application_authorized: { summary: "The app was added to a server or an account", payload: authorized },
    application_deauthorized: { summary: "A person took the app's authorization back", payload: deauthorized },
    entitlement_create: { summary: "Somebody bought something of the app", payload: entitlement },
  },

  ends: ({ name }) => name === "application_deauthorized",
}

async function isSigned(publicKey: string, signature: string, timestamp: string, body: Uint8Array): Promise<boolean> {
  const [key, signed] = [bytesOf(publicKey, 32), bytesOf(signature, 64)]
  if (!key) throw unverified("The app's public key is not 64 hex digits.")
  if (!signed) return false
  const prefix = new TextEncoder().encode(timestamp)
  const message = new Uint8Array(prefix.length + body.length)
  message.set(prefix)
  message.set(body, prefix.length)
  const verifier = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"])
  return await crypto.subtle.verify("Ed25519", verifier, signed, message)
}

function bytesOf(hex: string, length: number): Uint8Array<ArrayBuffer> | undefined {
  if (hex.length !== 2 * length || !/^[\da-f]+$/i.test(hex)) return undefined
  return Uint8Array.from({ length }, (_, index) => Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16))
}

/** A `PING` of interactions is type 1, one of webhook events type 0; a webhook event is type 1 too, and has an `event`. */
function verdictOf(text: string): Verdict {
  const said = parsedJson(text)
  const event = told.safeParse(said).data?.event
  if (event) return { is: "events", events: eventsOf(event), response: new Response(null, { status: 204 }) }
  const type = z.looseObject({ type: z.number() }).safeParse(said).data?.type
  if (type === 0) return { is: "handshake", response: new Response(null, { status: 204 }) }
  if (type === 1) return { is: "handshake", response: Response.json({ type: 1 }) }
  // Choices while somebody types can only be given at once.
  if (type === 4) return { is: "events", events: [], response: Response.json(noChoices) }
  const found = interaction.safeParse(said).data
  const kind = found && kinds[found.type]
  if (!kind) return { is: "events", events: [] }
  const accountId = found.guild_id ?? found.user?.id ?? found.member?.user.id
  const events = accountId === undefined ? [] : [{ id: found.id, name: kind.name, accountId, payload: said }]
  return { is: "events", events, response: Response.json(kind.reply) }
}

function eventsOf({ type, timestamp, data }: z.infer<typeof told>["event"]): readonly WebhookEvent[] {
  const accountId = whose(type, data)
  // There is no id of the delivery, which comes again as it was.
  return accountId === undefined
    ? []
    : [{ id: `${type}:${timestamp}`, name: type.toLowerCase(), accountId, payload: data }]
}

function whose(type: string, data: unknown): string | undefined {
  switch (type) {
    case "APPLICATION_AUTHORIZED": {
      const { guild, user } = authorized.safeParse(data).data ?? {}
      return guild?.id ?? user?.id
    }
    case "APPLICATION_DEAUTHORIZED":
      return deauthorized.safeParse(data).data?.user.id
    case "ENTITLEMENT_CREATE": {
      const { guild_id, user_id } = entitlement.safeParse(data).data ?? {}
      return guild_id ?? user_id
    }
    default:
      return undefined
  }
}

function unverified(message: string): HoldfastError {
  return new HoldfastError("webhook_unverified", message, { details: { connector: "discord" } })
}
