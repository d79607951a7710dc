import { type AttemptView, HoldfastError } from "../../packages/core/src/index.js"
import { approve, type FetchLike } from "../../packages/emulator/src/index.js"
import { browser, type Manner, type openHoldfast, owner } from "./kill-acme.js"

export type KillHoldfast = ReturnType<typeof openHoldfast>

/** What a person who connects has in hand, told as soon as it is there: a crash does not take it away. */
export interface InHand {
  readonly attempt?: string
  readonly back?: string
}

/** What a process is doing when it dies. */
export interface Acting {
  readonly holdfast: KillHoldfast
  /** The connection that is there already, where there is one. */
  readonly connectionId: string
  /** The person's own requests: no part of the process. */
  readonly fetch: FetchLike
  say(inHand: InHand): void
}

/** One thing that a process may be killed in. */
export interface Act {
  readonly manner: Manner
  /** What is there before it begins. */
  readonly before: "nothing" | "connected" | "ended" | "crowded"
  readonly ring: "old" | "both"
  perform(acting: Acting): Promise<unknown>
}

export const acts = {
  connect: { manner: {}, before: "nothing", ring: "old", perform: (acting) => connect(acting) },
  "connect, with a choice": {
    manner: { asks: true },
    before: "nothing",
    ring: "old",
    perform: (acting) => connect(acting),
  },
  reconnect: {
    manner: {},
    before: "connected",
    ring: "old",
    perform: (acting) => connect(acting, acting.connectionId),
  },
  "reconnect that ends the old grant": {
    manner: { reconsentKills: true },
    before: "connected",
    ring: "old",
    perform: (acting) => connect(acting, acting.connectionId),
  },
  "refresh for a caller": {
    manner: {},
    before: "ended",
    ring: "old",
    perform: ({ holdfast, connectionId }) => holdfast.for(owner).connection(connectionId, "acme").accessToken(),
  },
  "refresh by the scheduler": {
    manner: {},
    before: "ended",
    ring: "old",
    perform: ({ holdfast }) => holdfast.scheduler.tick(),
  },
  disconnect: {
    manner: {},
    before: "connected",
    ring: "old",
    async perform({ holdfast, connectionId }) {
      await holdfast.for(owner).connection(connectionId, "acme").disconnect()
      await holdfast.scheduler.tick()
    },
  },
  // Batches of one, so that each of several rows and documents is written by itself.
  "rotate keys": {
    manner: {},
    before: "crowded",
    ring: "both",
    perform: ({ holdfast }) => holdfast.rotateKeys({ batch: 1 }),
  },
} as const satisfies Record<string, Act>
export type ActName = keyof typeof acts

/** What somebody brings who connects. */
type Connecting = Omit<Acting, "connectionId">

/** Connects as a person with a browser would. */
export async function connect(connecting: Connecting, reconnect?: string, account?: string): Promise<AttemptView> {
  return await comeBack(connecting.holdfast, await consent(connecting, reconnect, account))
}

/** Begins, and says yes at the provider. Answers where the browser is sent. */
export async function consent({ holdfast, fetch, say }: Connecting, reconnect?: string, account = "U1"): Promise<URL> {
  const begun = await holdfast.attempts.begin(owner, {
    connector: "acme",
    browser,
    ...(reconnect !== undefined && { reconnect }),
  })
  say({ attempt: begun.id })
  if (begun.step.kind !== "redirect") throw new Error("The attempt does not begin at the provider.")
  const back = await approve(fetch, begun.step.url, { account })
  say({ back: back.href })
  return back
}

/** The provider's answer, brought by the browser, and the form that may follow it. */
export async function comeBack(holdfast: KillHoldfast, back: URL): Promise<AttemptView> {
  const state = back.searchParams.get("state") ?? ""
  const arrival = { state, connector: "acme", url: back.href, method: "GET", headers: new Headers(), body: "" }
  return await choose(holdfast, await holdfast.attempts.callback(arrival, { browser, owner }))
}

/** Fills in the form, where there is one. */
export async function choose(holdfast: KillHoldfast, view: AttemptView): Promise<AttemptView> {
  if (view.status !== "pending" || view.step.kind !== "form") return view
  return await holdfast.attempts.submit(view.id, { browser, owner }, { site: "first" })
}

/** The connection that an attempt ended in. @throws HoldfastError when it ended otherwise */
export function connectionOf({ connectionId, error, status }: AttemptView): string {
  if (connectionId !== undefined) return connectionId
  throw new HoldfastError(error?.code ?? "not_found", `The attempt ended ${status}.`)
}
