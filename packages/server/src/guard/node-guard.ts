import { lookup } from "node:dns/promises"
import { isIP, type Socket } from "node:net"
import { type Guard, HoldfastError } from "@holdfast/core"
import { Agent, buildConnector, fetch as undiciFetch } from "undici"
import { isPublicAddress } from "./addresses.js"

/** A resolved address, as node:dns answers it. */
export interface ResolvedAddress {
  readonly address: string
  readonly family: number
}

/** What the guard lets through beyond the public internet. */
export interface GuardOptions {
  /** `host:port` entries that are let through whatever they resolve to, such as `127.0.0.1:5006` or `wordpress.internal:443`. */
  readonly allow?: readonly string[]
  /** Default: the system's resolver (`node:dns`), all addresses. */
  resolve?(host: string): Promise<readonly ResolvedAddress[]>
}

/**
 * Decides about hosts that a person typed or a provider returned: resolves the name and refuses it when any of its addresses
 * is not on the public internet. Use it together with {@link guardedFetch}, which holds connections to what was checked.
 *
 * The guard throws HoldfastError `host_forbidden`, or `provider_unavailable` for a name that does not resolve.
 * @throws HoldfastError `config_invalid` for an entry of `allow` that is not `host:port`
 */
export function nodeGuard(options: GuardOptions = {}): Guard {
  const check = createCheck(options)
  return async (host, port) => void (await check(host, port))
}

/**
 * A `fetch` whose every connection goes to an address that the guard's rules have just allowed: the name is resolved once, and
 * what was checked is what is connected to, so a second DNS answer changes nothing.
 *
 * `createHoldfast({ guard: nodeGuard(rules), runtime: systemRuntime({ fetch: guardedFetch(rules) }), … })`
 */
export function guardedFetch(options: GuardOptions = {}): (request: Request) => Promise<Response> {
  const check = createCheck(options)
  const connect = buildConnector({})
  const agent = new Agent({
    connect(target, callback) {
      connectChecked(check, connect, target).then(
        (socket) => callback(null, socket),
        (error: Error) => callback(error, null),
      )
    },
  })
  return async (request) => {
    try {
      return await send(request, agent)
    } catch (error) {
      // undici says "fetch failed"; the refusal is its cause.
      const cause = error instanceof Error ? error.cause : undefined
      throw cause instanceof HoldfastError ? cause : error
    }
  }
}

type Check = (host: string, port: number) => Promise<readonly ResolvedAddress[]>

function createCheck({ allow = [], resolve = resolveAll }: GuardOptions): Check {
  const allowed = new Set(allow.map(parseEntry))
  return async (host, port) => {
    const name = bare(host).replace(/\.$/, "").toLowerCase()
    const addresses = isIP(name) ? [{ address: name, family: isIP(name) }] : await resolveOrThrow(resolve, name)
    if (allowed.has(`${name}:${port}`)) return addresses
    // One private address among public ones is enough to be led inside.
    if (addresses.length > 0 && addresses.every(({ address }) => isPublicAddress(address))) return addresses
    throw new HoldfastError(
      "host_forbidden",
      `${name}:${port} is not on the public internet. If it is yours, add "${name}:${port}" to allow of nodeGuard and guardedFetch.`,
    )
  }
}

async function resolveOrThrow(resolve: (host: string) => Promise<readonly ResolvedAddress[]>, host: string) {
  try {
    return await resolve(host)
  } catch {
    throw new HoldfastError("provider_unavailable", `${host} does not resolve to an address.`, {
      details: { reason: "unsent" },
    })
  }
}

function resolveAll(host: string): Promise<readonly ResolvedAddress[]> {
  return lookup(host, { all: true })
}

/** A socket to the first checked address that answers. The name stays what the certificate must be for. */
async function connectChecked(check: Check, connect: buildConnector.connector, target: buildConnector.Options) {
  const host = bare(target.hostname)
  const servername = isIP(host) ? undefined : (target.servername ?? host)
  const port = Number(target.port) || (target.protocol === "https:" ? 443 : 80)
  let failure: Error | undefined
  for (const { address } of await check(host, port)) {
    try {
      return await new Promise<Socket>((resolve, reject) => {
        const options = { ...target, hostname: address, ...(servername !== undefined && { servername }) }
        connect(options, (error, socket) => (socket ? resolve(socket) : reject(error)))
      })
    } catch (error) {
      failure = error as Error
    }
  }
  throw failure ?? new Error("No address to connect to.")
}

/** undici's fetch takes requests and answers responses of its own; both are carried over. */
async function send(request: Request, dispatcher: Agent): Promise<Response> {
  const { method, headers, body, redirect, signal } = request
  const answer = await undiciFetch(request.url, {
    method,
    headers: [...headers],
    body: body as AsyncIterable<Uint8Array> | null,
    redirect,
    signal,
    duplex: "half",
    dispatcher,
  })
  const isEmpty = [101, 204, 205, 304].includes(answer.status)
  return new Response(isEmpty ? null : (answer.body as ReadableStream<Uint8Array> | null), {
    status: answer.status,
    statusText: answer.statusText,
    headers: [...answer.headers],
  })
}

function parseEntry(entry: string): string {
  const match = /^(\[[0-9a-f:.]+\]|[^:[\]\s/]+):(\d{1,5})$/i.exec(entry)
  if (match) return `${bare(match[1] as string).toLowerCase()}:${match[2]}`
  throw new HoldfastError("config_invalid", `"${entry}" in allow is not of the form host:port, such as 127.0.0.1:5006.`)
}

/** An IPv6 address without the brackets it has in URLs. */
function bare(host: string): string {
  return host.replace(/^\[|\]$/g, "")
}
