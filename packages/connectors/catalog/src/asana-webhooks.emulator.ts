import { type DeliverySignature, type EmulatorKit, hmacSignature, json } from "@holdfast/emulator"
import type { authenticatedRoutes } from "./emulator-kit.js"
import { objectOf, type Person } from "./emulator-kit.js"

/** What somebody asked to hear of. */
export interface AsanaWebhook {
  readonly gid: string
  readonly owner: string
  readonly resource: string
  readonly target: string
  readonly secret: string
}

/** How deliveries are signed. @see https://developers.asana.com/docs/webhooks-guide */
export function asanaSignature(secret: string): DeliverySignature {
  return hmacSignature({ secret, headers: { "x-hook-signature": "{signature}" } })
}

/** What is sent of a task. @see https://developers.asana.com/reference/events */
export function asanaTaskEvent(action: string) {
  const event = {
    user: { gid: "1200000000000102", resource_type: "user" },
    created_at: "2026-01-01T00:00:00.000Z",
    action,
    resource: { gid: "1200000000000401", resource_type: "task", resource_subtype: "default_task" },
    parent: action === "changed" ? null : { gid: "1200000000000301", resource_type: "project" },
    ...(action === "changed" && { change: { field: "due_on", action: "changed" } }),
  }
  return { body: { events: [event] } }
}

/** What is sent when there is nothing to tell. */
export const asanaHeartbeat = { body: { events: [] } }

interface Surroundings {
  readonly kit: EmulatorKit
  /** Routes that take a scope. */
  routes(scope: string): ReturnType<typeof authenticatedRoutes<Person>>
  readonly projects: readonly { readonly gid: string }[]
  refusal(status: number, message: string): Response
  readonly handshake: ((request: Request) => Promise<Response>) | undefined
}

/** Webhooks: made with a handshake, listed for whoever made them, removed. Answers those that stand. */
export function asanaWebhooks({ kit, routes, projects, refusal, handshake }: Surroundings): readonly AsanaWebhook[] {
  const standing: AsanaWebhook[] = []
  const answerOf = ({ gid, resource, target }: AsanaWebhook) => ({
    gid,
    resource_type: "webhook",
    active: true,
    resource: { gid: resource, resource_type: "project" },
    target,
  })

  routes("webhooks:read")("GET", "/api/1.0/webhooks", ({ url }, { id }) => {
    if (!url.searchParams.has("workspace")) return refusal(400, "workspace: Missing input")
    return json({ data: standing.filter(({ owner }) => owner === id).map(answerOf), next_page: null })
  })

  routes("webhooks:write")("POST", "/api/1.0/webhooks", async (call, { id: owner }) => {
    const { data = {} } = (await objectOf(call)) as { data?: { resource?: string; target?: string } }
    const { resource = "", target = "" } = data
    if (!projects.some(({ gid }) => gid === resource)) return refusal(404, "resource: Unknown object")
    if (!URL.canParse(target) || new URL(target).hostname === "localhost") return refusal(403, "Forbidden")
    if (standing.some((one) => one.owner === owner && one.resource === resource && one.target === target))
      return refusal(403, "A webhook with this resource and target exists already")
    const secret = kit.random.id("", 64)
    if (handshake) {
      const sent = new Request(target, { method: "POST", headers: { "x-hook-secret": secret }, body: "{}" })
      const { ok, headers } = await handshake(sent).catch(() => Response.error())
      if (!ok || headers.get("x-hook-secret") !== secret)
        return refusal(400, "The remote server did not respond with the handshake secret")
    }
    const webhook = { gid: kit.random.id("12", 14), owner, resource, target, secret }
    standing.push(webhook)
    return json({ data: answerOf(webhook), "X-Hook-Secret": secret }, { status: 201 })
  })

  routes("webhooks:delete")("DELETE", "/api/1.0/webhooks/{gid}", ({ params }, { id }) => {
    const at = standing.findIndex(({ gid, owner }) => gid === params.gid && owner === id)
    if (at < 0) return refusal(404, "webhook: Unknown object")
    standing.splice(at, 1)
    return json({ data: {} })
  })

  return standing
}
