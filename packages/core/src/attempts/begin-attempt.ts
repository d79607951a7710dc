import type { Apps } from "../apps.js"
import type { BeginRequest } from "../attempts.js"
import type { Connector } from "../connector.js"
import { HoldfastError } from "../errors.js"
import type { AuthMethod } from "../method.js"
import { type Owner, owns, parseOwner } from "../owner.js"
import { base64url } from "../runtime.js"
import type { ConnectionRow } from "../store.js"
import { takeSteps } from "./advance.js"
import { checkAlias } from "./alias.js"
import type { AdvanceDependencies } from "./attempt-dependencies.js"
import { type AttemptRecord, attemptIdOf, browserDigest } from "./attempt-record.js"
import type { Advanced } from "./failed-step.js"
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

/** How conversations begin, and begin anew in place of one that has to be asked again. */
export function createBeginning(deps: AttemptsDependencies) {
  const { engine, records, url } = deps
  const { runtime } = engine

  async function begin(
    asked: Owner,
    request: BeginRequest,
    inherited?: Pick<AttemptRecord, "browser" | "redirectUri" | "forceConsent" | "begunAs">,
  ): Promise<Advanced> {
    const owner = parseOwner(asked)
    const connector = deps.connectorOf(request.connector)
    const row = request.reconnect === undefined ? undefined : await ownRow(owner, request.reconnect, connector)
    const method = methodOf(connector, request.method ?? row?.method)
    await throttle(engine, JSON.stringify(["begin", owner.tenantId, owner.userId, connector.id]), begins)
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
      alias: await checkAlias(engine, owner, request.alias, row),
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
      ...(request.claim && { claims: request.claim }),
      expiresAt: runtime.clock.now() + lifetimeMs,
      ...inherited,
    }
    const stored = await records.save(record, 0)
    if (!stored) throw new HoldfastError("store_conflict")
    const begun = await takeSteps(deps, stored, { from: "start", values: record.values })
    if (begun.failure) throw begun.failure
    return begun
  }

  /** The same once more, for the same browser, with consent asked for outright. */
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
    begin(
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
        ...(record.claims && { claim: record.claims }),
      },
      {
        browser: record.browser,
        redirectUri: record.redirectUri,
        forceConsent: true,
        begunAs: record.begunAs ?? record.id,
      },
    )

  async function throttlePhones(
    connector: Connector,
    method: AuthMethod,
    values: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    for (const field of method.fields.filter((field) => field.type === "tel")) {
      const digits = values[field.name]?.replace(/\D/g, "")
      if (digits) await throttle(engine, JSON.stringify(["phone", connector.id, digits]), perPhone)
    }
  }

  async function ownRow(owner: Owner, id: string, connector: Connector): Promise<ConnectionRow> {
    const row = await engine.store.connections.get(id)
    if (!row || !owns(owner, row) || row.connector !== connector.id || row.status === "disconnecting") {
      throw new HoldfastError("not_found", undefined, { details: { connectionId: id } })
    }
    return row
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

  return { begin, repeat, throttlePhones }
}

/** @throws HoldfastError `input_invalid` for a method that the connector does not have */
export function methodOf(connector: Connector, id: string | undefined): AuthMethod {
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
