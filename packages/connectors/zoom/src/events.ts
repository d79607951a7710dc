import {
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
const aboutMeeting = z.looseObject({
  account_id: text,
  object: z.looseObject({ id: z.union([text, z.number()]), topic: text.optional() }),
})

/**
 * Event notifications, signed with the app's secret token, the handshake included.
 * @see https://developers.zoom.us/docs/api/webhooks/
 */
export const webhooks = {
  scheme: "HMAC-SHA256 of v0:{timestamp}:{body}, hex, x-zm-signature; 300 s",

  async verify({ app, clock, digest }, { headers, body, text: said }) {
    const timestamp = headers.get("x-zm-request-timestamp") ?? ""
    const signature = headers.get("x-zm-signature") ?? ""
    const { secretToken } = app.fields
    if (!secretToken) throw unverified("The app has no secret token: save it to receive events.")
    // Zoom has sent both, and its page does not say which: a number of milliseconds is far beyond any of seconds.
    if (!/^\d{1,14}$/.test(timestamp)) throw unverified("x-zm-request-timestamp is missing or repeated.")
    const sentAt = timestamp.length > 11 ? Number(timestamp) : Number(timestamp) * 1_000
    if (!isFresh(sentAt, clock.now(), toleranceMs)) throw unverified("The delivery is too old.")
    const expected = `v0=${await hmac("SHA-256", secretToken, [`v0:${timestamp}:`, body], "hex")}`
    if (!isSameText(signature, expected)) {
      throw unverified("The signature does not fit: is it this app's secret token, and the body as it arrived?")
    }
    // Zoom gives deliveries no id; a repeat has the same body, event_ts in it.
    return await verdictOf(said, secretToken, await digest(said))
  },

  events: {
    meeting_created: { summary: "A meeting was scheduled", payload: aboutMeeting },
    meeting_updated: { summary: "A meeting was changed", payload: aboutMeeting },
    meeting_deleted: { summary: "A meeting was deleted", payload: aboutMeeting },
    meeting_started: { summary: "A meeting has started", payload: aboutMeeting },
    meeting_ended: { summary: "A meeting has ended", payload: aboutMeeting },
    recording_completed: { summary: "A recording is ready", payload: aboutMeeting },
    app_deauthorized: {
      summary: "A person has removed the app",
      payload: z.looseObject({ account_id: text, user_id: text }),
    },
  },

  ends: ({ name }) => name === "app_deauthorized",
} satisfies Webhooks

/** The account that a person's connection is known by. */
export function personAccountId(accountId: string, userId: string): string {
  return `${accountId}:${userId}`
}

const notification = z.object({ event: text, payload: z.looseObject({}) })
// Anything else that we signed here could be the signature of a delivery: `v0:{timestamp}:{body}` (X7).
const validation = z.object({ plainToken: text.regex(/^[\w-]{1,64}$/) })
const concerned = z.looseObject({
  account_id: text,
  user_id: text.optional(),
  object: z.looseObject({ host_id: text.optional() }).optional(),
})

/** What a delivery that proved genuine says. */
async function verdictOf(said: string, secretToken: string, id: string): Promise<Verdict> {
  const { data } = notification.safeParse(parsedJson(said))
  if (!data) return { is: "events", events: [] }
  if (data.event !== "endpoint.url_validation") return { is: "events", events: eventsOf(data, id) }
  // https://developers.zoom.us/docs/api/webhooks/#validate-your-webhook-endpoint
  const asked = validation.safeParse(data.payload)
  if (!asked.success) throw unverified("The handshake holds no plainToken that could be Zoom's.")
  const { plainToken } = asked.data
  const encryptedToken = await hmac("SHA-256", secretToken, [plainToken], "hex")
  return { is: "handshake", response: Response.json({ plainToken, encryptedToken }) }
}

/** `meeting.created` is about its host; `app_deauthorized` names who has gone. */
function eventsOf({ event, payload }: z.infer<typeof notification>, id: string): readonly WebhookEvent[] {
  const who = concerned.safeParse(payload).data
  const userId = who?.user_id ?? who?.object?.host_id
  if (!who || userId === undefined) return []
  return [{ id, name: event.replaceAll(".", "_"), accountId: personAccountId(who.account_id, userId), payload }]
}

function unverified(message: string): HoldfastError {
  return new HoldfastError("webhook_unverified", message, { details: { connector: "zoom" } })
}
