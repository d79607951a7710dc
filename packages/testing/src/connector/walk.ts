import type { Arrival, AttemptView, Connection, ErrorCode, Step } from "@holdfast/core"
import { approve } from "@holdfast/emulator"
import type { ApproveChoices, MethodExample, Values } from "./examples.js"
import type { ProviderEmulator } from "./provider-emulator.js"
import { owner, suiteUrl, type World } from "./world.js"

const browser = "browser-of-the-suite"
const mostSteps = 16

export interface WalkOptions {
  readonly method: string
  /** The connection to reconnect. */
  readonly reconnect?: string
  readonly scopes?: readonly string[]
  readonly approve?: ApproveChoices
  /** Changes what arrives at the callback address. */
  arrive?(arrival: Request): Request
}

/** Walks an attempt to its end as a person and a browser would: leaves for the provider, fills in forms, scans, comes back. */
export async function walk<E extends ProviderEmulator>(
  world: World<E>,
  example: MethodExample<E>,
  options: WalkOptions,
): Promise<AttemptView> {
  const { attempts } = world.holdfast
  const visitor = { browser, owner }
  const scopes = options.scopes ?? example.scopes
  let view: AttemptView = world.saw(
    await attempts.begin(owner, {
      connector: world.connector.id,
      method: options.method,
      browser,
      values: await given(world, example.values),
      ...(scopes && { scopes }),
      ...(options.reconnect !== undefined && { reconnect: options.reconnect }),
    }),
  )
  let visited: string | undefined
  let tries = 0
  for (let taken = 0; view.status === "pending" || view.status === "exchanging"; taken++) {
    if (taken === mostSteps) throw new Error(`after ${mostSteps} steps the attempt still shows ${view.step.kind}`)
    const { step } = view
    if (step.kind === "form") {
      // A person tries once more when the provider did not answer; any other trouble is the case's own business.
      const mayTryAgain = step.error?.code === "provider_unavailable" && tries++ < 2
      if (step.error && !mayTryAgain) return view
      const first = taken === 0 || mayTryAgain ? example.values : undefined
      const values = await given(world, example.forms?.[step.id] ?? first)
      if (Object.keys(values).length === 0) throw new Error(`the example has no values for the form "${step.id}"`)
      view = world.saw(await attempts.submit(view.id, visitor, values))
    } else if (step.kind === "redirect" && step.url !== visited) {
      visited = step.url
      view = await visit(world, example, options, view.id, step)
    } else if (step.kind === "redirect") {
      world.emulator.clock.advance(2_000)
      view = world.saw(await attempts.poll(view.id, visitor))
    } else if (step.kind === "qr" || step.kind === "wait") {
      if (view.status === "pending") await example.wait?.(world.emulator, step)
      world.emulator.clock.advance(step.pollAfterMs)
      view = world.saw(await attempts.poll(view.id, visitor))
    } else return view
  }
  return view
}

/** The connection at the end of a walk. */
export async function connect<E extends ProviderEmulator>(
  world: World<E>,
  example: MethodExample<E>,
  options: WalkOptions,
): Promise<Connection> {
  const view = await walk(world, example, options)
  if (view.status !== "connected" || view.connectionId === undefined) {
    throw new Error(`connecting through "${options.method}" ended ${view.status} with ${codeOf(view) ?? "no code"}`)
  }
  const connection = world.mine.connection(view.connectionId)
  await world.guardSecrets(connection)
  // What is done behind a new connection (webhooks) must not be taken for what the test does.
  await world.settle()
  return connection
}

/** Why a walk did not end in a connection: thrown at the start, shown with a form, or told of the attempt. */
export function codeOf(view: AttemptView): ErrorCode | undefined {
  return (view.error?.code ?? (view.step.kind === "form" ? view.step.error?.code : undefined)) as ErrorCode | undefined
}

async function visit<E extends ProviderEmulator>(
  world: World<E>,
  example: MethodExample<E>,
  options: WalkOptions,
  id: string,
  step: Extract<Step, { kind: "redirect" }>,
): Promise<AttemptView> {
  const { attempts } = world.holdfast
  const choices = { ...example.approve, ...options.approve }
  const arrivals = example.visit
    ? await example.visit(world.emulator, step.url, choices)
    : [await approveAt(world.emulator, step.url, choices)]
  let view: AttemptView | undefined
  for (const arrival of arrivals) {
    const plain = arrival instanceof Request ? arrival : new Request(arrival)
    const request = options.arrive?.(plain) ?? plain
    watchCode(world, request)
    const byServer = step.returns === "server_post" && request.method === "POST"
    const visitor = byServer ? {} : { browser, owner }
    view = world.saw(await attempts.callback(await arrivalOf(request), visitor))
  }
  if (view && view.step.kind !== "redirect") return view
  return world.saw(await attempts.poll(id, { browser, owner }))
}

function approveAt(emulator: ProviderEmulator, url: string, choices: ApproveChoices): Promise<URL> {
  return approve((input, init) => emulator.fetch(new Request(input, init)), url, choices)
}

async function arrivalOf(request: Request): Promise<Arrival> {
  const url = new URL(request.url)
  const connector = url.pathname.startsWith(new URL(`${suiteUrl}/oauth/callback/`).pathname)
    ? url.pathname.split("/").at(-1)
    : undefined
  return {
    state: url.searchParams.get("state") ?? "",
    url: request.url,
    method: request.method,
    headers: request.headers,
    body: await request.text(),
    ...(connector && { connector }),
  }
}

function watchCode(world: World, request: Request): void {
  for (const name of ["code", "password", "oauth_verifier"]) {
    const value = new URL(request.url).searchParams.get(name)
    if (value !== null && value.length >= 8) world.canary.watch(value, `${name} of the callback`)
  }
}

/** The values of an example, with its passwords watched for. */
export async function given<E extends ProviderEmulator>(
  world: World<E>,
  values: Values<E> | undefined,
): Promise<Readonly<Record<string, string>>> {
  const found = typeof values === "function" ? await values(world.emulator) : (values ?? {})
  const secretFields = new Set(
    world.connector.methods.flatMap(({ fields }) =>
      fields.filter(({ type }) => type === "password").map(({ name }) => name),
    ),
  )
  for (const [name, value] of Object.entries(found)) {
    const isSecret = secretFields.has(name) || /password|secret|key/i.test(name)
    if (isSecret && value.length >= 8) world.canary.watch(value, `typed ${name}`)
  }
  return found
}
