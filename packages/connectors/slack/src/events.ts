import {
  type Account,
  HoldfastError,
  hmac,
  isFresh,
  isSameText,
  parsedJson,
  type Verdict,
  type WebhookEvent,
  type Webhooks,
} from "@holdfast/core"
import { z } from "zod"

const toleranceMs = 300_000

const text = z.string()
const message = z.looseObject({
  type: z.literal("message"),
  channel: text,
  ts: text,
  user: text.optional(),
  text: text.optional(),
  subtype: text.optional(),
  thread_ts: text.optional(),
})
const tokensRevoked = z.looseObject({
  type: z.literal("tokens_revoked"),
  tokens: z.looseObject({ oauth: z.array(text).optional(), bot: z.array(text).optional() }),
})

/**
 * Events API over HTTP: signed with the app's signing secret, the handshake included.
 * @see https://docs.slack.dev/authentication/verifying-requests-from-slack
 * @see https://docs.slack.dev/apis/events-api
 */
export const webhooks = {
  scheme: "HMAC-SHA256 of v0:{timestamp}:{body}, hex, X-Slack-Signature; 300 s",

  async verify({ app, clock }, { headers, body, text: said }) {
    const timestamp = headers.get("x-slack-request-timestamp") ?? ""
    const signature = headers.get("x-slack-signature") ?? ""
    const { signingSecret } = app.fields
    if (!signingSecret) throw unverified("The app has no signing secret: save it to receive events.")
    if (!/^\d{1,12}$/.test(timestamp)) throw unverified("X-Slack-Request-Timestamp is missing or repeated.")
    if (!isFresh(Number(timestamp) * 1_000, clock.now(), toleranceMs)) throw unverified("The delivery is too old.")
    const expected = `v0=${await hmac("SHA-256", signingSecret, [`v0:${timestamp}:`, body], "hex")}`
    if (!isSameText(signature, expected)) {
      throw unverified("The signature does not fit: is it this app's signing secret, and the body as it arrived?")
    }
    return verdictOf(said)
  },

  events: {
    message: { summary: "A message was posted where the app may read", payload: message },
    app_mention: {
      summary: "The bot was mentioned",
      payload: z.looseObject({ type: z.literal("app_mention"), channel: text, ts: text, user: text.optional(), text }),
    },
    reaction_added: {
      summary: "Somebody reacted with an emoji",
      payload: z.looseObject({
        type: z.literal("reaction_added"),
        user: text,
        reaction: text,
        item: z.looseObject({ type: text }),
      }),
    },
    channel_created: {
      summary: "A channel was created",
      payload: z.looseObject({ type: z.literal("channel_created"), channel: z.looseObject({ id: text, name: text }) }),
    },
    member_joined_channel: {
      summary: "Somebody joined a channel",
      payload: z.looseObject({ type: z.literal("member_joined_channel"), user: text, channel: text }),
    },
    team_join: {
      summary: "Somebody joined the workspace",
      payload: z.looseObject({ type: z.literal("team_join"), user: z.looseObject({ id: text }) }),
    },
    tokens_revoked: { summary: "Tokens of the app were revoked", payload: tokensRevoked },
    app_uninstalled: {
      summary: "The app was removed from the workspace",
      payload: z.looseObject({ type: z.literal("app_uninstalled") }),
    },
  },

  ends: ({ name, payload }, account) =>
    name === "app_uninstalled" || (name === "tokens_revoked" && endedSlots(payload, account)),
} satisfies Webhooks

/** The account that a person's own installation is known by, where the app has no bot. */
export function personalAccountId(placeId: string, userId: string): string {
  return `${placeId}:${userId}`
}

const handshake = z.object({ type: z.literal("url_verification"), challenge: text.regex(/^[\w.~+/=-]{1,512}$/) })

const authorization = z.looseObject({
  enterprise_id: text.nullish(),
  user_id: text.nullish(),
  is_bot: z.boolean().nullish(),
  is_enterprise_install: z.boolean().nullish(),
})
const callback = z.object({
  type: z.literal("event_callback"),
  event_id: text,
  team_id: text.nullish(),
  enterprise_id: text.nullish(),
  event: z.looseObject({ type: text }),
  authorizations: z.array(authorization).nullish(),
})
type Callback = z.infer<typeof callback>

/** What a delivery that proved genuine says. Kinds that we do not know are acknowledged. */
function verdictOf(said: string): Verdict {
  // Commands and clicks come as forms, signed like events; none of them is one.
  const parsed = parsedJson(said)
  if (z.object({ type: z.literal("url_verification") }).safeParse(parsed).success) {
    const asked = handshake.safeParse(parsed)
    // https://docs.slack.dev/reference/events/url_verification
    if (!asked.success) throw unverified("The handshake holds no challenge that could be Slack's.")
    const headers = { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" }
    return { is: "handshake", response: new Response(asked.data.challenge, { headers }) }
  }
  const envelope = callback.safeParse(parsed)
  return { is: "events", events: envelope.success ? eventsOf(envelope.data) : [] }
}

/**
 * An event for the workspace's connection, and for a person's own. What Slack sends for a person's token alone (a private message) is
 * for connections that hold this person's token, and for no other that stands on the same workspace.
 */
function eventsOf({ event_id: id, event, team_id, enterprise_id, authorizations }: Callback): readonly WebhookEvent[] {
  const seenBy = authorizations?.[0]
  const placeId = (seenBy?.is_enterprise_install ? seenBy.enterprise_id : undefined) ?? team_id ?? enterprise_id
  if (!placeId) return []
  const common = { id, name: event.type, payload: event }
  const revoked = tokensRevoked.safeParse(event)
  if (revoked.success) {
    const people = revoked.data.tokens.oauth ?? []
    const personal = people.map((userId) => ({ ...common, accountId: personalAccountId(placeId, userId) }))
    return [{ ...common, accountId: placeId }, ...personal]
  }
  if (!seenBy || seenBy.is_bot || !seenBy.user_id) return [{ ...common, accountId: placeId }]
  const userId = seenBy.user_id
  return [
    { ...common, accountId: placeId, concerns: ({ data }) => data?.userId === userId },
    { ...common, accountId: personalAccountId(placeId, userId) },
  ]
}

/** `tokens` names users, never tokens. @see https://docs.slack.dev/reference/events/tokens_revoked */
function endedSlots(payload: unknown, { data }: Account): readonly string[] {
  const { oauth = [], bot = [] } = tokensRevoked.safeParse(payload).data?.tokens ?? {}
  const slots: string[] = []
  if (data?.botUserId !== undefined && bot.includes(data.botUserId)) slots.push("bot")
  if (data?.userId !== undefined && oauth.includes(data.userId)) slots.push("user")
  return slots
}

function unverified(message: string): HoldfastError {
  return new HoldfastError("webhook_unverified", message, { details: { connector: "slack" } })
}
