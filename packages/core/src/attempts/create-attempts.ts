import type { Apps } from "../apps.js"
import type { Arrival, Attempts, AttemptView, BeginRequest, BegunAttempt, Visitor } from "../attempts.js"
import type { Connector } from "../connector.js"
import { HoldfastError } from "../errors.js"
import type { AuthMethod } from "../method.js"
import { type Owner, owns, parseOwner } from "../owner.js"
import { base64url } from "../runtime.js"
import type { ConnectionRow } from "../store.js"
import { type AdvanceDependencies, type Advanced, advance, takeSteps } from "./advance.js"
import {
  type AttemptRecord,
  attemptIdOf,
  browserDigest,
  failedOf,
  fits,
  isSameOwner,
  refuseExpired,
  type Stored,
  viewOf,
  withoutSecrets,
} from "./attempt-record.js"
import { createClaims } from "./claims.js"
import { reconnectScopes } from "./reconnect-scopes.js"
import { checkReturnTo } from "./return-url.js"
import { throttle } from "./throttle.js"

export interface AttemptsDependencies extends AdvanceDependencies {
  readonly url: string
  readonly apps: Apps
  readonly returnUrls: readonly string[]
  readonly redirectUris: readonly string[]
  readonly connectorOf: (id: string) => Connector
  readonly reroute: (url: string) => string
}

const lifetimeMs = 10 * 60_000
const begins = { tries: 30, perMs: 60_000 }
const perPhone = { tries: 5, perMs: 10 * 60_000 }
const maxSubmissions = 12
const interruptedAfterMs = 60_000

/** Conversations that connect, over sealed documents. */
export function createAttempts(deps: AttemptsDependencies): Attempts {
  const { engine, records, url } = deps
  const { runtime } = engine
  const view = (record: AttemptRecord) => viewOf(record, deps.reroute)

  async function start(
    asked: Owner,
    request: BeginRequest,
    inherited?: Pick<AttemptRecord, "browser" | "redirectUri" | "forceConsent">,
  ): Promise<Advanced> {
    const owner = parseOwner(asked)
    const connector = deps.connectorOf(request.connector)
    const row = request.reconnect === undefined ? undefined : await ownRow(owner, request.reconnect, connector)
    const method = methodOf(connector, request.method ?? row?.method)
    await throttle(engineStore(), JSON.stringify(["begin", owner.tenantId, owner.userId, connector.id]), begins)
    await throttlePhones(connector, method, request.values)
    const app = method.needsApp ? await deps.apps.resolve(owner.tenantId, connector.id) : undefined
    const stateParameter = base64url(runtime.random(32))
    const record: AttemptRecord = {
      id: await attemptIdOf(runtime, stateParameter),
      owner: { tenantId: owner.tenantId, ...(owner.userId !== undefined && { userId: owner.userId }) },
      connector: connector.id,
      method: method.id,
      appId: app?.id ?? "",
      connectionId: row?.id ?? `conn_${base64url(runtime.random(16))}`,
      reconnects: row !== undefined,
      name: request.name,
      alias: await checkAlias(owner, request.alias, row),
      shared:
        owner.userId === undefined
          ? "tenant"
          : (request.shared ?? (row ? (row.userId === null ? "tenant" : "user") : (connector.shared ?? "user"))),
      scopes: row ? reconnectScopes(row, method, request.scopes) : request.scopes,
      returnTo: checkReturnTo(request.returnTo, url, deps.returnUrls),
      redirectUri: inherited?.redirectUri ?? (await redirectUriFor(owner, connector, method, request)),
      stateParameter,
      binding: request.binding ?? "browser",
      browser: request.browser === undefined ? null : await browserDigest(runtime, request.browser),
      values: { ...(row && locationOf(row)), ...request.values },
      state: undefined,
      status: "pending",
      exchangingSince: null,
      step: { kind: "wait", message: "Connecting…", pollAfterMs: 1_000 },
      error: undefined,
      // A row whose refresh token is gone will not get another without full consent.
      forceConsent: row !== undefined && row.status !== "active",
      successor: undefined,
      submissions: 0,
      takesServerPost: false,
      ...(request.claim && { claims: true }),
      expiresAt: runtime.clock.now() + lifetimeMs,
      ...inherited,
    }
    const stored = await records.save(record, 0)
    if (!stored) throw new HoldfastError("store_conflict")
    const begun = await takeSteps(deps, stored, { from: "start", values: record.values })
    if (begun.failure) throw begun.failure
    return begun
  }

  async function begin(owner: Owner, request: BeginRequest): Promise<BegunAttempt> {
    const { record } = await start(owner, request)
    const begun = view(record)
    // Bound by `state` alone, there is no browser for a page of ours to bind.
    const direct = record.binding === "state" && begun.step.kind === "redirect" ? begun.step.url : undefined
    return { ...begun, url: direct ?? `${url}/attempts/${record.id}/start` }
  }

  const repeat = ({
    owner,
    connector,
    method,
    name,
    alias,
    shared,
    scopes,
    returnTo,
    binding,
    values,
    ...record
  }: AttemptRecord) =>
    start(
      owner,
      {
        connector,
        method,
        shared,
        binding,
        values,
        ...(name !== undefined && { name }),
        ...(alias !== undefined && { alias }),
        ...(scopes && { scopes }),
        ...(returnTo !== undefined && { returnTo }),
        ...(record.reconnects && { reconnect: record.connectionId }),
        ...(record.claims && { claim: true }),
      },
      { browser: record.browser, redirectUri: record.redirectUri, forceConsent: true },
    )

  function engineStore() {
    return { runtime, store: engine.store }
  }

  async function throttlePhones(
    connector: Connector,
    method: AuthMethod,
    values: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    for (const field of method.fields.filter((field) => field.type === "tel")) {
      const digits = values[field.name]?.replace(/\D/g, "")
      if (digits) await throttle(engineStore(), JSON.stringify(["phone", connector.id, digits]), perPhone)
    }
  }

  async function ownRow(owner: Owner, id: string, connector: Connector): Promise<ConnectionRow> {
    const row = await engine.store.connections.get(id)
    if (!row || !owns(owner, row) || row.connector !== connector.id || row.status === "disconnecting") {
      throw new HoldfastError("not_found", undefined, { details: { connectionId: id } })
    }
    return row
  }

  async function checkAlias(
    owner: Owner,
    alias: string | undefined,
    row: ConnectionRow | undefined,
  ): Promise<string | undefined> {
    if (alias === undefined) return undefined
    refuseBadAlias(alias)
    const [taken] = await engine.store.connections.list({ tenantId: owner.tenantId, alias, limit: 1 })
    if (!taken || taken.id === row?.id) return alias
    // The same account may be connected again under its own alias; that is only known at the end.
    if (taken.connector === row?.connector || owns(owner, taken)) return alias
    throw new HoldfastError("input_invalid", "Another connection of the tenant has this alias.", {
      details: { fields: ["alias"] },
    })
  }

  async function redirectUriFor(
    owner: Owner,
    connector: Connector,
    method: AuthMethod,
    { redirectUri: asked, defaultRedirectUri }: Pick<BeginRequest, "redirectUri" | "defaultRedirectUri">,
  ): Promise<string> {
    const uri = asked ?? (await deps.apps.redirectUri(owner.tenantId, connector.id, defaultRedirectUri))
    if (asked !== undefined && !deps.redirectUris.includes(asked)) {
      throw new HoldfastError("redirect_uri_mismatch", "redirectUri must equal an entry of `redirectUris`.", {
        details: { redirectUri: asked },
      })
    }
    if (method.facts.hostIsChosen && uri === `${url}/oauth/callback`) {
      throw new HoldfastError(
        "redirect_uri_mismatch",
        `${connector.name} answers from a host that a person chooses, so it cannot share one redirect URI (RFC 9700 section 4.4).`,
      )
    }
    return uri
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
    return await settleInterrupted(stored)
  }

  /** An exchange that never ended: the row says whether it went through (ruling R24). */
  async function settleInterrupted(stored: Stored): Promise<Stored> {
    const { record } = stored
    if (record.status !== "exchanging" || runtime.clock.now() - (record.exchangingSince ?? 0) < interruptedAfterMs)
      return stored
    const row = await engine.store.connections.get(record.connectionId)
    const done = row?.detail.attemptId === record.id
    const next: AttemptRecord = done
      ? {
          ...withoutSecrets(record),
          status: "connected",
          step: { kind: "connected", connectionId: record.connectionId },
        }
      : { ...record, status: "failed", error: "attempt_interrupted" }
    return (await records.save(next, stored.version)) ?? (await load(record.id))
  }

  async function callback(arrival: Arrival, visitor: Visitor): Promise<AttemptView> {
    const id = await attemptIdOf(runtime, arrival.state)
    const first = await records.load(id)
    if (!first) throw new HoldfastError("state_mismatch")
    const { record } = first
    const inBrowser =
      visitor.browser !== undefined && (await browserDigest(runtime, visitor.browser)) === record.browser
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
    const stored = await settleInterrupted(first)
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
      const browser = await browserDigest(runtime, visitor.browser)
      const { record } = stored
      if (visitor.owner && !isSameOwner(record, visitor.owner)) throw new HoldfastError("not_found")
      if (record.browser === browser) return view(record)
      if (record.browser !== null) throw new HoldfastError("state_mismatch")
      const bound = await records.save({ ...record, browser }, stored.version)
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

/** @throws HoldfastError `input_invalid` */
export function refuseBadAlias(alias: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/.test(alias)) return
  throw new HoldfastError("input_invalid", "An alias is letters, digits, `_`, `-` and `.`, 100 at most.", {
    details: { fields: ["alias"] },
  })
}

function methodOf(connector: Connector, id: string | undefined): AuthMethod {
  const method = id === undefined ? connector.methods[0] : connector.methods.find((method) => method.id === id)
  if (method) return method
  throw new HoldfastError(
    "input_invalid",
    `${connector.name} has no method ${id}. It has: ${connector.methods.map((method) => method.id).join(", ")}.`,
    { details: { fields: ["method"] } },
  )
}

/** What the person typed when first connecting, such as the shop: kept with the account. */
function locationOf(row: ConnectionRow): Readonly<Record<string, string>> {
  return row.detail.account.data ?? {}
}
