import { type Call, type EmulatorKit, json } from "@holdfast/emulator"
import type { AirtableBase } from "./bases.js"

/** What Airtable keeps of a webhook; its secret is shown once. */
export interface AirtableWebhook {
  readonly id: string
  readonly baseId: string
  readonly notificationUrl: string
  readonly macSecretBase64: string
  expiresAt: number
}

const lifeMs = 7 * 86_400_000

type Route = (
  method: "GET" | "POST" | "DELETE",
  path: string,
  scope: string,
  answer: (call: Call, baseOf: (id: string | undefined) => AirtableBase | undefined) => Response | Promise<Response>,
) => void

/**
 * Webhooks of bases. One that has ended is gone.
 * @see https://airtable.com/developers/web/api/webhooks-overview
 */
export function airtableWebhooks(kit: EmulatorKit, route: Route, made: Map<string, AirtableWebhook>): void {
  const living = (baseId: string | undefined) =>
    [...made.values()].filter((one) => one.baseId === baseId && one.expiresAt > kit.clock.now())
  const at = (ms: number) => new Date(ms).toISOString()
  const gone = () =>
    json(
      { error: { type: "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND", message: "No such base or webhook." } },
      { status: 403 },
    )
  const nothing = () => json({ error: "NOT_FOUND" }, { status: 404 })

  route("GET", "/v0/bases/{base}/webhooks", "webhook:manage", ({ params }, baseOf) =>
    baseOf(params.base)
      ? json({
          webhooks: living(params.base).map(({ id, notificationUrl, expiresAt }) => ({
            id,
            notificationUrl,
            expirationTime: at(expiresAt),
            areNotificationsEnabled: true,
            isHookEnabled: true,
            cursorForNextPayload: 1,
          })),
        })
      : gone(),
  )

  route("POST", "/v0/bases/{base}/webhooks", "webhook:manage", async (call, baseOf) => {
    const base = baseOf(call.params.base)
    if (!base) return gone()
    const asked = (await call.json()) as {
      notificationUrl?: unknown
      specification?: { options?: { filters?: { dataTypes?: unknown } } }
    }
    const { notificationUrl } = asked ?? {}
    const dataTypes = asked?.specification?.options?.filters?.dataTypes
    if (typeof notificationUrl !== "string" || !URL.canParse(notificationUrl) || !Array.isArray(dataTypes)) {
      return json({ error: { type: "INVALID_REQUEST_UNKNOWN", message: "Invalid request" } }, { status: 422 })
    }
    const one = {
      id: kit.random.id("ach", 14),
      baseId: base.id,
      notificationUrl,
      macSecretBase64: btoa(kit.random.id("", 48)),
      expiresAt: kit.clock.now() + lifeMs,
    }
    made.set(one.id, one)
    const { id, macSecretBase64, expiresAt } = one
    return json({ id, macSecretBase64, expirationTime: at(expiresAt) })
  })

  route("POST", "/v0/bases/{base}/webhooks/{webhook}/refresh", "webhook:manage", ({ params }, baseOf) => {
    if (!baseOf(params.base)) return gone()
    const one = living(params.base).find(({ id }) => id === params.webhook)
    if (!one) return nothing()
    one.expiresAt = kit.clock.now() + lifeMs
    return json({ expirationTime: at(one.expiresAt) })
  })

  route("DELETE", "/v0/bases/{base}/webhooks/{webhook}", "webhook:manage", ({ params }, baseOf) => {
    if (!baseOf(params.base)) return gone()
    if (!living(params.base).some(({ id }) => id === params.webhook)) return nothing()
    made.delete(params.webhook ?? "")
    return new Response(null, { status: 204 })
  })
}
