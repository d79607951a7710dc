// https://plaid.com/docs/api/webhooks/webhook-verification/
import { type App, HoldfastError, isHoldfastError, type VerifyContext } from "@holdfast/core"
import { z } from "zod"
import { askPlaid } from "./app.js"

const most = { known: 20, unknown: 200 } as const
// That a key has expired is learnt by asking again.
const keptMs = { known: 24 * 3_600_000, unknown: 60_000 } as const

const key = z.looseObject({
  kty: z.literal("EC"),
  crv: z.literal("P-256"),
  kid: z.string(),
  x: z.string(),
  y: z.string(),
  expired_at: z.number().nullish(),
})

export type WebhookKey = z.infer<typeof key>
type AppContext = VerifyContext & { readonly app: App }
/** @throws HoldfastError `webhook_unverified` for a `kid` that Plaid does not know, or by why Plaid was not able to say. */
export type KeyFor = (context: AppContext, kid: string) => Promise<WebhookKey>

/**
 * Keys by their `kid`, each asked for once a day. Whoever sends a delivery chooses the `kid`: one that Plaid does not know is remembered for
 * a minute, so that repeating it costs the app none of its calls.
 */
export function keyMemory(): KeyFor {
  const known = new Map<string, { readonly key: WebhookKey; readonly until: number }>()
  // Apart from those that are known: a flood of questions must not push Plaid's own key out.
  const asking = new Map<string, Promise<WebhookKey>>()
  const unknown = new Map<string, number>()

  return async (context, kid) => {
    const now = context.clock.now()
    const name = `${context.app.id}\n${kid}`
    if ((unknown.get(name) ?? 0) > now) throw unknownKey()
    const found = known.get(name)
    if (found && found.until > now) return found.key

    const answer = asking.get(name) ?? ask(context, kid)
    asking.set(name, answer)
    try {
      const key = await answer
      remember(known, name, { key, until: now + keptMs.known }, most.known)
      return key
    } catch (error) {
      // A question without an answer is asked again.
      if (isHoldfastError(error, "webhook_unverified")) remember(unknown, name, now + keptMs.unknown, most.unknown)
      throw error
    } finally {
      if (asking.get(name) === answer) asking.delete(name)
    }
  }
}

async function ask(context: AppContext, kid: string): Promise<WebhookKey> {
  try {
    return (await askPlaid(context, "/webhook_verification_key/get", { key_id: kid }, z.object({ key }))).key
  } catch (error) {
    const passing = isHoldfastError(error, "provider_unavailable") || isHoldfastError(error, "rate_limited")
    // Where the app is at fault, its developer is told, and not that somebody forges deliveries.
    if (passing || isHoldfastError(error, "app_not_configured")) throw error
    throw unknownKey()
  }
}

/** The oldest make room. */
function remember<V>(memory: Map<string, V>, name: string, value: V, atMost: number): void {
  memory.delete(name)
  if (memory.size >= atMost) memory.delete(memory.keys().next().value ?? "")
  memory.set(name, value)
}

function unknownKey(): HoldfastError {
  return new HoldfastError("webhook_unverified", "Plaid knows no such key.", { details: { connector: "plaid" } })
}
