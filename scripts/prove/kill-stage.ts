import { createVault, keyring, systemCipher, type TokenStore, type Vault } from "../../packages/core/src/index.js"
import { listen } from "../../packages/emulator/src/node.js"
import { app, openHoldfast, owner, type RingName, rings } from "./kill-acme.js"
import { type Act, type ActName, acts, connect, connectionOf, consent, type KillHoldfast } from "./kill-acts.js"
import { type Place, seamsAt } from "./kill-place.js"
import { accountIds, type Newest, type StrictProvider, strictProvider, watched } from "./kill-provider.js"
import { gate } from "./kill-seams.js"
import { type MovingTime, movingTime } from "./kill-time.js"

/** One run's world: a provider of its own, and a place that is empty or holds connections. */
export interface Stage {
  readonly act: ActName
  readonly place: Place
  readonly provider: StrictProvider
  /** What the provider handed out last, by grant. */
  readonly newest: ReadonlyMap<string, Newest>
  readonly time: MovingTime
  readonly fetch: (input: Request | URL | string, init?: RequestInit) => Promise<Response>
  /** Loopback origins of the provider. */
  readonly reroute: Readonly<Record<string, string>>
  readonly connectionId: string
  readonly connectionIds: readonly string[]
  /** Where a person's browser was being sent when the act began. */
  readonly back: string | undefined
  /** Grants of before the act that connecting again may replace. */
  readonly replaced: ReadonlySet<string>
  /** Called with every request before the provider works on it. */
  onRequest(listener: (request: Request) => Promise<void>): void
  /** Ends when the provider has done its work on every request that it has. */
  idle(): Promise<void>
  open(options?: { readonly ring?: RingName; readonly journal?: boolean }): Opened
  close(): Promise<void>
}

/** A Holdfast over the place, in the harness's own process, in the stage's time. */
export interface Opened {
  readonly holdfast: KillHoldfast
  readonly store: TokenStore
  readonly vault: Vault
  /** Types of the events that it delivered. */
  readonly delivered: string[]
  close(): Promise<void>
}

const hour = 3_600_000

/** Sets a stage, and what is there before the act begins. */
export async function setStage(name: ActName, place: Place): Promise<Stage> {
  const act: Act = acts[name]
  const provider = strictProvider(act.manner)
  let listener: (request: Request) => Promise<void> = async () => {}
  const { emulator, fetch, newest, idle } = watched(provider, (request) => listener(request))
  const gates: ReturnType<typeof gate>[] = []
  const time = movingTime(provider.clock, () => gates.reduce((sum, one) => sum + one.underWay(), 0))
  const listening = await listen(emulator)

  function open({ ring = act.ring, journal = true }: Parameters<Stage["open"]>[0] = {}): Opened {
    const { journal: folder, ...bare } = place
    const at = journal && folder !== undefined ? place : bare
    const passing = gate(() => {})
    gates.push(passing)
    const { seams, close } = seamsAt(at, time.clock.now, fetch)
    const { fetch: send, digest, ...rest } = passing.through(seams)
    const holdfast = openHoldfast(act.manner, {
      ...rest,
      ring,
      runtime: { clock: time.clock, timers: time.timers, fetch: send, digest },
    })
    const delivered: string[] = []
    holdfast.onLifecycle(({ type }) => void delivered.push(type))
    return {
      holdfast,
      store: seams.store,
      vault: createVault({ keyring: keyring(rings.both), cipher: systemCipher() }),
      delivered,
      async close() {
        await time.settle(holdfast.close())
        await close()
      },
    }
  }

  /** Connected, their webhook made and their first events delivered. */
  async function prepare({ accounts, crowded }: { accounts: readonly string[]; crowded: boolean }) {
    const { holdfast, close } = open({ ring: "old" })
    const connecting = { holdfast, fetch, say: () => {} }
    try {
      const ids: string[] = []
      for (const account of accounts) ids.push(connectionOf(await time.settle(connect(connecting, undefined, account))))
      await time.settle(holdfast.close())
      await time.settle(holdfast.scheduler.tick())
      // What is sealed beside connections: an app that an admin saved, and somebody on the way back from the provider.
      if (crowded) await time.settle(holdfast.apps.save({ ...owner, admin: true }, "acme", app))
      return { ids, back: crowded ? (await time.settle(consent(connecting))).href : undefined }
    } finally {
      await close()
    }
  }

  const crowded = act.before === "crowded"
  const accounts = act.before === "nothing" ? [] : crowded ? accountIds : accountIds.slice(0, 1)
  const { ids, back } = await prepare({ accounts, crowded })
  const [connectionId = ""] = ids
  if (act.before === "ended") time.advance(hour)
  return {
    act: name,
    place,
    provider,
    newest,
    time,
    fetch,
    reroute: listening.reroute,
    connectionId,
    connectionIds: ids,
    back,
    replaced: new Set(name.startsWith("reconnect") ? provider.provider.oauth.grants().map(({ id }) => id) : []),
    onRequest(next) {
      listener = next
    },
    idle,
    open,
    close: listening.close,
  }
}
