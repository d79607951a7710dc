import type { AuthorizationServer } from "./authorization/contract.js"
import { createCall } from "./call.js"
import { type EmulatorClock, virtualClock } from "./clock.js"
import type { Call, Emulator, EmulatorAction, EmulatorKit, EmulatorOptions } from "./contract.js"
import { createFaultPlan, type FaultPlan } from "./fault-plan.js"
import { strike } from "./fault-strike.js"
import type { LoggedRequest } from "./ledger.js"
import { createLedger, type LedgerBook, maskedPath } from "./ledger-book.js"
import { assertOrigin, originMatches } from "./origins.js"
import { seededRandom } from "./random.js"
import { json } from "./responses.js"
import { createRouter, type Router } from "./router.js"

/**
 * A strict local stand-in of one provider, built by `setup`.
 *
 * @example
 * const acme = createEmulator({
 *   name: "acme",
 *   origins: ["https://api.acme.example"],
 *   setup(kit) {
 *     kit.route("GET", "https://api.acme.example", "/ping", () => json({ ok: true }))
 *   },
 * })
 * await acme.fetch("https://api.acme.example/ping")
 */
export function createEmulator<Provider>(options: EmulatorOptions<Provider>): Emulator<Provider> {
  for (const origin of options.origins) assertOrigin(origin)
  const shared: Shared = { faults: createFaultPlan(), ledger: createLedger() }
  let generation = 0
  const clock = options.clock ?? virtualClock()
  const rebuild = () => build(options, { ...shared, clock }, generation)
  let world = rebuild()
  const answers = (url: string | URL) => {
    const { origin } = new URL(url)
    return options.origins.some((declared) => originMatches(declared, origin))
  }
  return {
    name: options.name,
    origins: options.origins,
    faults: shared.faults,
    clock,
    get provider() {
      return world.provider
    },
    get log() {
      return shared.ledger.entries()
    },
    get counters() {
      return shared.ledger.counters()
    },
    get authorizationServers() {
      return Object.fromEntries(world.servers)
    },
    get actions() {
      return Object.fromEntries(world.actions)
    },
    answers,
    async fetch(input, init) {
      const request = new Request(input, init)
      request.signal.throwIfAborted()
      if (!answers(request.url)) {
        const known = options.origins.join(", ")
        throw new TypeError(`the ${options.name} emulator answers for ${known}, not for ${new URL(request.url).origin}`)
      }
      const answer = await respond(world, shared, request)
      if (request.redirect === "error" && answer.headers.has("location"))
        throw new TypeError("fetch failed: redirected")
      return answer
    },
    reset() {
      shared.faults.clear()
      shared.ledger.clear()
      generation += 1
      world = rebuild()
    },
  }
}

interface Shared {
  faults: FaultPlan
  ledger: LedgerBook
}

interface World<Provider> {
  kit: EmulatorKit
  router: Router
  provider: Provider
  servers: Map<string, AuthorizationServer>
  actions: Map<string, EmulatorAction>
  notFound: (call: Call, allowed: readonly string[]) => Response | Promise<Response>
}

function build<Provider>(
  options: EmulatorOptions<Provider>,
  shared: Shared & { clock: EmulatorClock },
  generation: number,
): World<Provider> {
  const router = createRouter()
  const servers = new Map<string, AuthorizationServer>()
  const actions = new Map<string, EmulatorAction>()
  let notFound: World<Provider>["notFound"] = standardNotFound
  const kit: EmulatorKit = {
    name: options.name,
    clock: shared.clock,
    // The generation is part of the seed: a token from before a reset must not be somebody else's after it.
    random: seededRandom(`${options.seed ?? options.name}#${generation}`),
    faults: shared.faults,
    route(method, origin, path, handler, routeOptions = {}) {
      const methods = typeof method === "string" ? [method] : method
      const id = routeOptions.id ?? `${methods[0] ?? "GET"} ${path}`
      router.add({ id, methods, origin, template: path, handler, names: routeOptions.names })
    },
    notFound(handler) {
      notFound = handler
    },
    action(name, action) {
      actions.set(name, action)
    },
    countTokenCall: shared.ledger.countTokenCall,
    countRevocation: shared.ledger.countRevocation,
    register(server) {
      if (servers.has(server.id)) throw new TypeError(`two authorization servers are called "${server.id}"`)
      servers.set(server.id, server)
    },
  }
  const provider = options.setup(kit)
  return { kit, router, provider, servers, actions, notFound }
}

async function respond(world: World<unknown>, shared: Shared, request: Request): Promise<Response> {
  const url = new URL(request.url)
  const match = world.router.match(request.method, url)
  const found = match.is === "found" ? match : undefined
  const entry: LoggedRequest = shared.ledger.open({
    at: world.kit.clock.now(),
    method: request.method,
    origin: url.origin,
    path: found?.route.template ?? maskedPath(url.pathname),
    route: found?.route.id ?? null,
  })
  const call = createCall(request, url, found?.params ?? {}, (note) => Object.assign(entry, note))
  const names = found ? [found.route.id, ...((await found.route.names?.(call)) ?? [])] : []
  const fault = shared.faults.draw(names)
  const work = async () => (match.is === "found" ? match.route.handler(call) : world.notFound(call, match.allowed))
  if (fault) {
    entry.fault = fault.kind
    Object.assign(call, { fault })
  }
  const { clock } = world.kit
  const answer = fault ? await strike(fault, work, { clock, signal: request.signal }) : await work()
  entry.status = answer.status
  return answer
}

function standardNotFound(_call: Call, allowed: readonly string[]): Response {
  if (allowed.length === 0) return json({ error: "not_found" }, { status: 404 })
  return json({ error: "method_not_allowed" }, { status: 405, headers: { allow: allowed.join(", ") } })
}
