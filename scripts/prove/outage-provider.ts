import { createHash } from "node:crypto"
import { memoryStore, type TokenStore } from "../../packages/core/src/index.js"
import { type AcmeHoldfast, accessTokenMs, acmeHoldfast, acmeProvider, connect } from "./herd-acme.js"
import type { ProviderFault } from "./outage-faults.js"
import type { Outage } from "./outage-figures.js"
import { virtualTime } from "./outage-time.js"
import { createWatch } from "./outage-watch.js"

export interface ProviderOutageOptions {
  readonly connections: number
  /** For the harness's own test: an engine that does not wait between tries. */
  readonly isImpatient?: true
  /** For the harness's own test: what the processes take for the store. */
  store?(store: TokenStore): TokenStore
}

const minute = 60_000
const timeoutMs = 10_000
const askEveryMs = 20_000
// Longer than a token lives: what was well before the outage has come due once more.
const calmMs = 80 * minute

/**
 * Two processes with callers and schedulers over one store, for some virtual hours in the middle of which the provider fails. The tokens of
 * the connections end one after another, so that at every moment of the outage some are due.
 */
export async function providerOutage(fault: ProviderFault, options: ProviderOutageOptions): Promise<Outage> {
  const time = virtualTime(Date.UTC(2026, 0, 1))
  const provider = acmeProvider(time.provider, fault.habits, options.connections)
  const sound = memoryStore({ now: time.clock.now })
  const store = options.store?.(sound) ?? sound
  const { requestsEach, leastBetweenMs = 0 } = fault
  const { now } = time.clock
  const watch = createWatch({
    ...{ provider, now, timeoutMs, slackMs: 250, codes: ["provider_unavailable"] },
    ...{ requestsEach, leastBetweenMs },
  })
  const make = () =>
    acmeHoldfast(
      {
        store,
        runtime: {
          clock: time.clock,
          timers: time.timers,
          digest,
          async fetch(request) {
            await watch.sees(request)
            return await time.during(provider.fetch(request))
          },
        },
        ...(options.isImpatient && { settings: { backoffMs: 1, reshowMs: 1, pauseMs: 1 } }),
      },
      fault.habits,
    )
  const first = make()
  const processes = [first, make()]
  const ids: string[] = []
  const calls: Promise<void>[] = []

  async function goOn(ms: number): Promise<void> {
    for (const endsAt = now() + ms; now() < endsAt; await time.sleep(askEveryMs)) {
      const turn = Math.round(now() / askEveryMs)
      // Each is asked for once a minute, by one process and then by the other.
      for (const [at, id] of ids.entries())
        if ((at + turn) % 3 === 0) calls.push(watch.ask(processes[(at + turn) % 2] ?? first, id, true))
      for (const row of await sound.connections.list({ status: "needs_reauth", limit: 1_000 }))
        watch.dead(row.id, row.detail.slots.main?.reason ?? "")
    }
  }

  async function run(): Promise<void> {
    for (let account = 0; account < options.connections; account++) {
      ids.push(await time.during(connect(first, provider, account)))
      await time.sleep((0.9 * accessTokenMs) / options.connections)
    }
    const stops = processes.map((holdfast: AcmeHoldfast) => holdfast.scheduler.start())
    await goOn(5 * minute)
    watch.begin()
    provider.faults.next({ on: "token.refresh", fault: fault.fault, times: "always" })
    await goOn(fault.minutes * minute)
    provider.faults.clear()
    watch.end()
    await goOn(calmMs)
    await Promise.all(calls)
    for (const stop of stops) await stop()
    for (const id of ids) {
      const row = await sound.connections.get(id)
      const reason = row?.detail.slots.main?.reason
      await watch.last(first, id, [row?.status ?? "gone", reason ?? []].flat().join(" "))
    }
    for (const holdfast of processes) await holdfast.close()
  }

  await time.settle(run())
  return watch.outcome(ids.length)
}

// At once: WebCrypto's own threads would be passed by virtual time.
async function digest(text: string): Promise<string> {
  return createHash("sha256").update(text).digest("base64url")
}
