import { type DeliverySignature, type EmulatorKit, hmacSignature, json } from "@holdfast/emulator"
import type { authenticatedRoutes } from "./emulator-kit.js"
import { objectOf, type Person } from "./emulator-kit.js"

/** What somebody asked to hear of. */
export interface ClickupWebhook {
  readonly id: string
  readonly userid: number
  readonly team_id: number
  readonly endpoint: string
  readonly events: readonly string[]
  readonly secret: string
}

/** How deliveries are signed. @see https://developer.clickup.com/docs/webhooksignature */
export function clickupSignature(secret: string): DeliverySignature {
  return hmacSignature({ secret, headers: { "x-signature": "{signature}" } })
}

/** What is sent of a task. @see https://developer.clickup.com/docs/webhooktaskpayloads */
export function clickupTaskEvent(event: string) {
  const item = {
    id: "2800763136717140857",
    type: 1,
    date: "1767225600000",
    field: "status",
    parent_id: "9201",
    user: { id: 3_000_002, username: "Second Person" },
    before: { status: null },
    after: { status: "to do" },
  }
  return {
    body: {
      event,
      ...(event !== "taskDeleted" && { history_items: [item] }),
      task_id: "86emulated1",
      webhook_id: "7fa3ec74-69a8-4530-a251-8a13730bd204",
    },
  }
}

/** Webhooks of the one workspace: whoever made them sees them, and their secret is shown once. Answers those that stand. */
export function clickupWebhooks(
  kit: EmulatorKit,
  api: ReturnType<typeof authenticatedRoutes<Person>>,
  refusal: (status: number, code: string) => Response,
): readonly ClickupWebhook[] {
  const standing: ClickupWebhook[] = []
  const team = (id: string | undefined) => (id === "9001" ? undefined : refusal(401, "OAUTH_027"))

  api("GET", "/api/v2/team/{id}/webhook", ({ params }, { id }) => {
    const own = standing.filter(({ userid }) => userid === Number(id))
    return team(params.id) ?? json({ webhooks: own.map(({ secret: _, ...shown }) => shown) })
  })
  api("POST", "/api/v2/team/{id}/webhook", async (call, { id: user }) => {
    const refused = team(call.params.id)
    if (refused) return refused
    const { endpoint, events } = await objectOf(call)
    if (typeof endpoint !== "string" || !Array.isArray(events)) return refusal(400, "INPUT_005")
    const webhook = {
      id: `7fa3ec74-69a8-4530-a251-${String(standing.length + 1).padStart(12, "0")}`,
      userid: Number(user),
      team_id: 9001,
      endpoint,
      events: events as string[],
      health: { status: "active", fail_count: 0 },
      secret: kit.random.id("", 64),
    }
    standing.push(webhook)
    return json({ id: webhook.id, webhook })
  })
  api("DELETE", "/api/v2/webhook/{id}", ({ params }, { id: user }) => {
    const at = standing.findIndex(({ id, userid }) => id === params.id && userid === Number(user))
    if (at < 0) return refusal(404, "WEBHOOK_EMULATED")
    standing.splice(at, 1)
    return json({})
  })
  return standing
}
