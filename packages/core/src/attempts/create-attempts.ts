import type { Arrival, Attempts, AttemptView, BeginRequest, BegunAttempt, Visitor } from "../attempts.js"
import { HoldfastError } from "../errors.js"
import type { Owner } from "../owner.js"
import { advance } from "./advance.js"
import {
  type AttemptRecord,
  attemptIdOf,
  browserDigest,
  failedOf,
  fits,
  isItsBrowser,
  isSameOwner,
  refuseExpired,
  type Stored,
  viewOf,
} from "./attempt-record.js"
import { type AttemptsDependencies, createBeginning, methodOf } from "./begin-attempt.js"
import { createClaims } from "./claims.js"
import { settleInterrupted } from "./interrupted.js"

const maxSubmissions = 12

/** Conversations that connect, over sealed documents. */
export function createAttempts(deps: AttemptsDependencies): Attempts {
  const { engine, records, url } = deps
  const { runtime } = engine
  const view = (record: AttemptRecord) => viewOf(record, deps.reroute)
  const { begin: start, repeat, throttlePhones } = createBeginning(deps)

  async function begin(owner: Owner, request: BeginRequest): Promise<BegunAttempt> {
    const { record } = await start(owner, request)
    const begun = view(record)
    // Bound by `state` alone, there is no browser for a page of ours to bind.
    const direct = record.binding === "state" && begun.step.kind === "redirect" ? begun.step.url : undefined
    return { ...begun, url: direct ?? `${url}/attempts/${record.id}/start` }
  }

  /** Follows an attempt to the one that goes on in its place. */
  async function load(id: string): Promise<Stored> {
    let stored = await records.load(id)
    for (let hops = 0; stored?.record.successor !== undefined && hops < 3; hops++)
      stored = await records.load(stored.record.successor)
    if (!stored) throw new HoldfastError("not_found")
    return stored
  }

  async function loadFor(id: string, visitor: Visitor, to: "look" | "act" = "act"): Promise<Stored> {
    const stored = await load(id)
    if (!(await fits(runtime, stored.record, visitor, to))) throw new HoldfastError("not_found")
    refuseExpired(stored.record, runtime.clock.now())
    return await settleInterrupted(deps, stored)
  }

  async function callback(arrival: Arrival, visitor: Visitor): Promise<AttemptView> {
    const id = await attemptIdOf(runtime, arrival.state)
    const first = await records.load(id)
    if (!first) throw new HoldfastError("state_mismatch")
    const { record } = first
    const inBrowser = await isItsBrowser(runtime, record, visitor)
    const isServerPost = record.takesServerPost && arrival.method === "POST"
    const ownerFits = !visitor.owner || isSameOwner(record, visitor.owner)
    // Checked before anything else, and before a first result is repeated.
    if (
      !ownerFits ||
      (arrival.connector !== undefined && arrival.connector !== record.connector) ||
      (record.binding === "browser" && !inBrowser && !isServerPost)
    ) {
      throw new HoldfastError("state_mismatch", undefined, { details: { connector: record.connector } })
    }
    refuseExpired(record, runtime.clock.now())
    const stored = await settleInterrupted(deps, first)
    if (stored.record.successor !== undefined) return view((await load(stored.record.successor)).record)
    if (stored.record.status !== "pending") return view(stored.record)
    const input = {
      from: "callback",
      url: arrival.url,
      method: arrival.method,
      headers: arrival.headers,
      body: arrival.body,
      inBrowser,
    } as const
    return view((await advance(deps, stored, input, repeat)).record)
  }

  const claims = createClaims({
    engine,
    loadFor,
    async finish(stored) {
      return view((await advance(deps, stored, { from: "poll" }, repeat)).record)
    },
    view,
  })

  return {
    begin,
    callback,
    ...claims,
    async about(id) {
      const { record } = await load(id)
      return {
        connector: record.connector,
        tenantId: record.owner.tenantId,
        userId: record.owner.userId,
        bound: record.browser !== null,
      }
    },
    async bind(id, visitor) {
      const stored = await load(id)
      refuseExpired(stored.record, runtime.clock.now())
      const { record } = stored
      if (visitor.owner && !isSameOwner(record, visitor.owner)) throw new HoldfastError("not_found")
      if (await isItsBrowser(runtime, record, visitor)) return view(record)
      const [browserId] = [visitor.browser].flat()
      if (record.browser !== null || browserId === undefined) throw new HoldfastError("state_mismatch")
      const bound = await records.save({ ...record, browser: await browserDigest(runtime, browserId) }, stored.version)
      if (!bound) return await this.bind(id, visitor)
      return view(bound.record)
    },
    view: async (id, visitor) => view((await loadFor(id, visitor, "look")).record),
    async submit(id, visitor, values) {
      const stored = await loadFor(id, visitor)
      if (stored.record.status !== "pending") return view(stored.record)
      if (stored.record.step.kind !== "form")
        throw new HoldfastError("input_invalid", "This attempt is not waiting for a form.")
      if (stored.record.submissions >= maxSubmissions) throw new HoldfastError("too_many_attempts")
      const connector = deps.connectorOf(stored.record.connector)
      await throttlePhones(connector, methodOf(connector, stored.record.method), values)
      const counted = await records.save(
        { ...stored.record, submissions: stored.record.submissions + 1 },
        stored.version,
      )
      if (!counted) throw new HoldfastError("store_conflict")
      return view((await advance(deps, counted, { from: "form", values }, repeat)).record)
    },
    async poll(id, visitor) {
      const stored = await loadFor(id, visitor)
      const { step, status } = stored.record
      const pollable =
        step.kind === "qr" || step.kind === "wait" || (step.kind === "redirect" && step.returns === "poll")
      if (status !== "pending" || !pollable) return view(stored.record)
      return view((await advance(deps, stored, { from: "poll" }, repeat)).record)
    },
    async cancel(id, visitor) {
      const stored = await loadFor(id, visitor)
      if (stored.record.status !== "pending" && stored.record.status !== "granted") return
      const aborted = await records.save({ ...failedOf(stored.record), error: "aborted" }, stored.version)
      if (aborted) await deps.held.abandon(aborted)
    },
  }
}
