import { advance, takeSteps } from "../attempts/advance.js"
import type { AttemptRecord, Stored } from "../attempts/attempt-record.js"
import { base64url } from "../runtime.js"
import { appId, type Process } from "./simulated-process.js"
import type { ProviderHabits, SimulatedProvider } from "./simulated-provider.js"
import type { World } from "./world.js"

const redirectUri = "https://host.test/oauth/callback"

/**
 * A person connects an account that is connected already. Begun at one process, and the callback comes to another; each step may fail, and
 * the person is then told so and goes away. Rejects where a process died meanwhile, or the store did not answer.
 */
export async function reconnect(parts: {
  readonly world: World
  readonly provider: SimulatedProvider
  readonly id: string
  readonly habits: ProviderHabits
  /** Some process that runs. */
  process(): Process | undefined
}): Promise<AttemptRecord | undefined> {
  const { world, provider, id, habits } = parts
  const first = parts.process()?.attempts
  const row = await first?.engine.store.connections.get(id)
  if (!first || !row || row.status === "disconnecting") return undefined
  const stateParameter = base64url(first.engine.runtime.random(8))
  const begun = await first.records.save(recordOf(id, stateParameter, first.engine.runtime.clock.now()), 0)
  if (!begun) return undefined
  const { record } = await takeSteps(first, begun, { from: "start", values: {} })
  if (record.step.kind !== "redirect") return record

  const asked = new URL(record.step.url).searchParams
  await world.later(world.dice.between(1_000, 30_000), undefined, () => {})
  const code = provider.consent(id, habits, asked.get("code_challenge"))
  const back = new URL(redirectUri)
  back.search = new URLSearchParams({ state: stateParameter, code }).toString()
  const second = parts.process()?.attempts
  const stored = await second?.records.load(record.id)
  if (!second || !stored) return record
  const callback = {
    from: "callback",
    url: back.href,
    method: "GET",
    headers: new Headers(),
    body: "",
    inBrowser: true,
  } as const
  return (await advance(second, stored, callback, noRepeat)).record
}

// The provider gives a refresh token with every consent, so that none has to be asked for again.
async function noRepeat(): Promise<Stored> {
  throw new Error("a consent came without a refresh token")
}

function recordOf(id: string, stateParameter: string, now: number): AttemptRecord {
  return {
    id: `att_${stateParameter}`,
    owner: { tenantId: `tenant of ${id}` },
    connector: "acme",
    method: id,
    appId,
    connectionId: id,
    reconnects: true,
    name: undefined,
    alias: undefined,
    shared: "tenant",
    scopes: undefined,
    returnTo: undefined,
    redirectUri,
    stateParameter,
    binding: "state",
    browser: null,
    values: {},
    state: undefined,
    status: "pending",
    exchangingSince: null,
    step: { kind: "wait", message: "Connecting…", pollAfterMs: 1_000 },
    error: undefined,
    forceConsent: false,
    successor: undefined,
    submissions: 0,
    takesServerPost: false,
    expiresAt: now + 600_000,
  }
}
