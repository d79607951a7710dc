import {
  type AttemptView,
  type Connection,
  type ConnectOptions,
  type Connector,
  createHoldfast,
  type ErrorCode,
  type Guard,
  type Holdfast,
  type HoldfastOptions,
  isHoldfastError,
  keyring,
  memoryStore,
  type Owner,
  type TokenStore,
} from "@holdfast/core"
import { type ApproveOptions, approve, type DeliveryFlaw, signDelivery } from "@holdfast/emulator"
import type { ProviderEmulator, SignedDelivery, SuiteSignature } from "./connector/provider-emulator.js"
import { suiteUrl } from "./connector/world.js"

const browser = "a-browser"
const mostSteps = 12

/** Two people of two tenants. */
export const ada: Owner = { tenantId: "tenant-1", userId: "user-1" }
export const bob: Owner = { tenantId: "tenant-2", userId: "user-2" }

/** What a {@link connectorWorld} is made of. */
export interface ConnectorWorldOptions<C extends Connector, E extends ProviderEmulator> {
  /** Factories called, with the app of the emulator: `[acme(emulatorApp)]`. */
  readonly connectors: readonly [C, ...C[]]
  readonly emulator: E
  /** Instead of the emulator's: for answers that it does not give. */
  readonly fetch?: (request: Request) => Promise<Response>
  /** Default: every host is let through. `false`: there is none, as for connectors that send nothing to a host of anybody's choice. */
  readonly guard?: Guard | false
  readonly store?: TokenStore
  readonly env?: Readonly<Record<string, string>>
  readonly reroute?: HoldfastOptions["reroute"]
  /** What every attempt begins with, unless it says otherwise: `{ values: { shop: "first-shop" } }`. */
  readonly defaults?: ConnectOptions
}

/** How an attempt begins. `owner` is {@link ada} unless told, the connector the first one. */
export interface WorldRequest<Id extends string = string> extends ConnectOptions {
  readonly connector?: Id
  readonly owner?: Owner
  readonly reconnect?: string
}

/** What the person does on the way. */
export interface WorldChoices extends ApproveOptions {
  /** Answers of forms by their id. */
  readonly forms?: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Changes where the browser is sent back to. */
  arrive?(back: URL): URL
}

/** A real Holdfast over one emulator and a memory store, and a person with a browser. */
export interface ConnectorWorld<C extends Connector, E extends ProviderEmulator> {
  readonly emulator: E
  readonly holdfast: Holdfast<C>
  readonly store: TokenStore
  /** Every request that went to the provider, oldest first. */
  readonly requests: readonly Request[]
  /** What was logged, at any level. */
  readonly lines: readonly string[]
  begin(request?: WorldRequest<C["id"]>): Promise<AttemptView>
  /** Begins, and answers where the person is sent. */
  leave(request?: WorldRequest<C["id"]>): Promise<URL>
  /** What the browser brings back from the provider. */
  comeBack(arrival: URL | Request, owner?: Owner): Promise<AttemptView>
  /** Begins and goes on as a person does, until there is nothing left to do. */
  walk(request?: WorldRequest<C["id"]>, choices?: WorldChoices): Promise<AttemptView>
  /** Walks to a connection, with its webhooks made. */
  connect<Id extends C["id"] = C["id"]>(
    request?: WorldRequest<Id>,
    choices?: WorldChoices,
  ): Promise<Connection<Extract<C, { id: Id }>>>
  /**
   * A delivery to the address of the app, signed with or without a flaw, worked off. With `url`, to a connection's own: the emulator knows
   * it, since it was asked to deliver there. It is signed with `provider.signature` of the emulator unless another is given.
   */
  deliver(delivery: SignedDelivery, signature?: SuiteSignature, options?: DeliverOptions<C["id"]>): Promise<Response>
}

/** Where and how a delivery goes. */
export interface DeliverOptions<Id extends string = string> {
  readonly connector?: Id
  readonly flaw?: DeliveryFlaw
  /** Where to: the address that the emulator was given. Default: the address of the app's webhooks. */
  readonly url?: string
}

/** A world for tests of what is peculiar to a connector; `connectorSuite` has its own for what all have in common. */
export function connectorWorld<C extends Connector, E extends ProviderEmulator>(
  options: ConnectorWorldOptions<C, E>,
): ConnectorWorld<C, E> {
  const { connectors, emulator, guard = async () => {}, env = {}, reroute, defaults } = options
  const answer = options.fetch ?? ((request: Request) => emulator.fetch(request))
  const store = options.store ?? memoryStore({ now: () => emulator.clock.now() })
  const requests: Request[] = []
  const lines: string[] = []
  const line = (...said: unknown[]) => void lines.push(JSON.stringify(said))
  const holdfast = createHoldfast({
    url: suiteUrl,
    connectors,
    store,
    keys: keyring(`test:${"A".repeat(43)}`),
    env,
    ...(guard && { guard }),
    ...(reroute && { reroute }),
    logger: { debug: line, info: line, warn: line, error: line },
    runtime: {
      clock: { now: () => emulator.clock.now(), monotonic: () => performance.now() },
      fetch(request) {
        requests.push(request.clone())
        return answer(request)
      },
    },
  }) as Holdfast<C>
  const visit = (url: string | URL, init?: RequestInit) => answer(new Request(url, init))

  function begin(asked: WorldRequest = {}): Promise<AttemptView> {
    const { connector = connectors[0].id, owner = ada, ...request }: WorldRequest = { ...defaults, ...asked }
    return holdfast.attempts.begin(owner, { connector, browser, ...request })
  }

  async function comeBack(arrival: URL | Request, owner: Owner = ada): Promise<AttemptView> {
    const request = arrival instanceof Request ? arrival : new Request(arrival)
    const { url, method, headers } = request
    const { pathname, searchParams } = new URL(url)
    const named = pathname.startsWith(`${new URL(suiteUrl).pathname}/oauth/callback/`)
    return await holdfast.attempts.callback(
      {
        state: searchParams.get("state") ?? "",
        ...(named && { connector: pathname.split("/").at(-1) ?? "" }),
        url,
        method,
        headers,
        body: await request.text(),
      },
      { browser, owner },
    )
  }

  async function leave(request: WorldRequest = {}): Promise<URL> {
    const { step } = await begin(request)
    if (step.kind !== "redirect") throw new Error(`the first step is ${step.kind}`)
    return new URL(step.url)
  }

  async function walk(request: WorldRequest = {}, choices: WorldChoices = {}): Promise<AttemptView> {
    const { forms, arrive, ...person } = choices
    const { owner = ada } = request
    let view = await begin(request)
    for (let taken = 0; taken < mostSteps && view.status === "pending"; taken++) {
      const { step } = view
      if (step.kind === "redirect") {
        const back = await approve(visit, step.url, person)
        view = await comeBack(arrive?.(back) ?? back, owner)
      } else if (step.kind === "form" && !step.error && forms?.[step.id]) {
        view = await holdfast.attempts.submit(view.id, { browser, owner }, forms[step.id] ?? {})
      } else return view
    }
    return view
  }

  return {
    emulator,
    holdfast,
    store,
    requests,
    lines,
    begin,
    leave,
    comeBack,
    walk,
    async connect<Id extends C["id"] = C["id"]>(request: WorldRequest<Id> = {}, choices: WorldChoices = {}) {
      const { connectionId, error, status, step } = await walk(request, choices)
      if (connectionId === undefined) {
        throw new Error(`connecting ended ${status} at ${step.kind} with ${error?.code ?? JSON.stringify(step)}`)
      }
      for (let turn = 0; turn < 100; turn++) {
        if ((await store.connections.get(connectionId))?.detail.webhooks?.state !== "wanted") break
        await new Promise((resolve) => setTimeout(resolve))
      }
      return holdfast.for(request.owner ?? ada).connection(connectionId) as Connection<Extract<C, { id: Id }>>
    },
    async deliver(delivery, signature = signatureOf(emulator), { connector = connectors[0].id, flaw, url } = {}) {
      const { apps, webhooks } = holdfast
      const address = url ?? webhooks.url(connector, (await apps.resolve(ada.tenantId, connector)).id)
      const to = delivery.query === undefined ? address : `${address}?${delivery.query}`
      const { clock } = emulator as unknown as { clock: Parameters<typeof signDelivery>[2]["clock"] }
      const request = await signDelivery(delivery, to, { signature, clock, ...(flaw && { flaw }) })
      const body = new Uint8Array(await request.arrayBuffer())
      const key = decodeURIComponent(new URL(to).pathname.split("/").at(-1) ?? "")
      const { response, settled } = await webhooks.receive(connector, key, {
        method: request.method,
        url: request.url,
        headers: request.headers,
        body,
        text: new TextDecoder().decode(body),
      })
      await settled
      return response
    },
  }
}

function signatureOf(emulator: ProviderEmulator): SuiteSignature {
  const { provider } = emulator as { provider?: { signature?: SuiteSignature } }
  const signature = provider?.signature
  if (!signature) throw new Error("the emulator signs with no `provider.signature`: say which signature is meant")
  return signature
}

/** How work ended: the code of its error, with the provider's own. */
export async function endOf(work: Promise<unknown>): Promise<{ code: ErrorCode | "ok"; providerCode?: string }> {
  try {
    await work
    return { code: "ok" }
  } catch (error) {
    if (!isHoldfastError(error)) throw error
    const { providerCode } = error.details
    return { code: error.code, ...(providerCode !== undefined && { providerCode }) }
  }
}
