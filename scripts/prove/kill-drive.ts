import { isHoldfastError, type Status } from "../../packages/core/src/index.js"
import { owner } from "./kill-acme.js"
import type { Opened, Stage } from "./kill-stage.js"

/** What has become of a connection. */
export type Fate =
  | { readonly is: "usable" }
  /** It does not work, and says why. */
  | { readonly is: "named"; readonly status: Status; readonly reason: string }
  | { readonly is: "gone" }
  /** A broken promise, in words. */
  | { readonly is: "lost"; readonly how: string }

const second = 1_000
const minute = 60 * second
/** Half an hour of close attention, a day of patience. */
const pauses = [
  ...Array<number>(12).fill(5 * second),
  ...Array<number>(9).fill(minute),
  ...Array<number>(10).fill(2 * minute),
  ...Array<number>(10).fill(30 * minute),
  ...Array<number>(3).fill(6 * 60 * minute),
]

/** Ticks and calls, as an application goes on doing, until the connection works or says for good that it does not. */
export async function drive(stage: Stage, opened: Opened, id: string): Promise<Fate> {
  let fate: Fate = { is: "lost", how: "nothing was asked" }
  for (const pauseMs of pauses) {
    await stage.time.settle(opened.holdfast.scheduler.tick())
    fate = await ask(stage, opened, id)
    if (fate.is !== "named" || fate.status === "needs_reauth") break
    stage.time.advance(pauseMs)
  }
  if (fate.is === "named" && fate.status === "active")
    return { is: "lost", how: "says active, and gave no token for a day" }
  // What was said for good must also be said the next time.
  return fate.is === "named" ? await ask(stage, opened, id) : fate
}

/** Whether it works an hour on, when its token has ended: what was mended must stay so. */
export async function driveOn(stage: Stage, opened: Opened, id: string): Promise<Fate> {
  const fate = await drive(stage, opened, id)
  if (fate.is !== "usable") return fate
  stage.time.advance(61 * minute)
  const later = await drive(stage, opened, id)
  return later.is === "usable" ? later : { is: "lost", how: `worked once, and an hour later was ${inWords(later)}` }
}

/** One call for a token, held against what the provider says of it. */
async function ask(stage: Stage, opened: Opened, id: string): Promise<Fate> {
  const { time, provider } = stage
  const connection = opened.holdfast.for(owner).connection(id, "acme")
  const token = () => time.settle(connection.accessToken({ timeoutMs: 30 * second }))
  const worthOf = (value: string) => provider.provider.oauth.inspectToken(value).is
  try {
    if (worthOf(await token()) === "live") return { is: "usable" }
    // What ended before its time is noticed by whoever uses it.
    await time.settle(connection.http.get("/me")).catch(() => {})
    const worth = worthOf(await token())
    if (worth === "live") return { is: "usable" }
    const named = await nameOf(opened, id)
    return named ?? { is: "lost", how: `says active, with a token that is ${worth} at the provider` }
  } catch (error) {
    if (!isHoldfastError(error)) throw error
    if (error.code === "not_found" || error.code === "connection_disabled") return { is: "gone" }
    const named = await nameOf(opened, id)
    if (named) return named
    // A lease that nobody holds any more is waited out, and a provider that is asked too soon is asked again.
    return error.retryable
      ? { is: "named", status: "active", reason: error.code }
      : { is: "lost", how: `says active, and answers ${error.code}` }
  }
}

/** What the row says of itself; nothing while it says that it is well. */
async function nameOf({ store }: Opened, id: string): Promise<Fate | undefined> {
  const row = await store.connections.get(id)
  if (!row || row.status === "active") return undefined
  const reason = Object.values(row.detail.slots).find(({ status }) => status === row.status)?.reason
  return reason ? { is: "named", status: row.status, reason } : { is: "lost", how: `is ${row.status} without a reason` }
}

export function inWords(fate: Fate): string {
  if (fate.is === "named") return `${fate.status}, ${fate.reason}`
  return fate.is === "lost" ? fate.how : fate.is
}
