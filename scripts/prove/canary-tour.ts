import { approve, signDelivery } from "../../packages/emulator/src/index.js"
import type { Capture } from "./canary-capture.js"
import { type MischiefName, mischiefs } from "./canary-saboteur.js"
import { ada, admin, type CanaryWorld, mount, origin } from "./canary-world.js"

const hour = 3_600_000

/** Goes through the life of connections, and through everything that may go wrong in it, with somebody listening everywhere. */
export async function tour(world: CanaryWorld, capture: Capture): Promise<void> {
  await saveApp(world)
  const id = await connectByConsent(world, capture)
  await refusals(world, capture)
  const byKey = await connectByForm(world, "api_key", { key: world.secrets.apiKey })
  const byPassword = await connectByForm(world, "basic", { username: "ada", password: world.secrets.password })
  capture.files()
  for (const each of [id, byKey, byPassword]) await use(world, capture, each)
  await deliveries(world, capture)
  for (const trick of Object.keys(mischiefs) as MischiefName[]) await underMischief(world, capture, trick, id)
  capture.files()
  await underAnotherKey(world, capture, id)
  for (const each of [id, byKey, byPassword]) await world.browser().call("DELETE", `${mount}/connections/${each}`)
  world.time.advance(hour)
  await world.time.settle(world.holdfast.scheduler.tick())
  capture.files()
}

/** Something that may fail, and whose failure is told to whoever asked. */
async function told(world: CanaryWorld, capture: Capture, work: () => Promise<unknown>): Promise<void> {
  await world.time.settle(work()).catch((error: unknown) => capture.error(error))
}

async function saveApp({ browser, secrets: { clientSecret, signingSecret } }: CanaryWorld): Promise<void> {
  const root = browser(admin)
  const fields = { clientId: "acme-app", clientSecret, signingSecret }
  const saved = await root.call("PUT", `${mount}/apps/acme`, { fields })
  if (!saved.ok) throw new Error(`The app could not be saved: ${saved.status}.`)
  await root.call("PUT", `${mount}/apps/acme`, { fields: { ...fields, clientId: "" } })
  await root.call("GET", `${mount}/apps/acme`)
  await root.call("GET", `${mount}/connectors`)
}

/** Goes to the provider and back, as a browser does; answers where it ends, or nothing. */
async function consent(
  world: CanaryWorld,
  capture: Capture,
  path: string,
  options: Parameters<typeof approve>[2] = {},
) {
  const person = world.browser()
  const started = await person.visit(`${mount}${path}`)
  const location = started.headers.get("location")
  if (location === null) return { person, back: undefined, ended: started }
  const back = await approve(world.provider.fetch, location, options)
  const code = back.searchParams.get("code")
  if (code !== null) capture.plant(code, "code")
  return { person, back, ended: await person.visit(back.href, { from: "cross-site" }) }
}

async function connectByConsent(world: CanaryWorld, capture: Capture): Promise<string> {
  const { person, back } = await consent(world, capture, "/connect/acme")
  // Again, and by somebody else.
  await person.visit(back?.href ?? "", { from: "cross-site" })
  await world.browser().visit(back?.href ?? "", { from: "cross-site" })
  const [connection] = await world.time.settle(world.holdfast.for(ada).list())
  if (!connection) throw new Error("Nothing was connected.")
  return connection.id
}

async function connectByForm(
  { browser }: CanaryWorld,
  method: string,
  values: Record<string, string>,
): Promise<string> {
  const begun = await browser().call("POST", `${mount}/attempts`, {
    connector: "acme",
    method,
    values,
    shared: "tenant",
  })
  const { connectionId } = (await begun.json()) as { connectionId?: string }
  if (connectionId === undefined) throw new Error(`Nothing was connected by ${method}.`)
  return connectionId
}

/** Everything that is said no to. */
async function refusals(world: CanaryWorld, capture: Capture): Promise<void> {
  const { secrets } = world
  await consent(world, capture, "/connect/acme", { deny: true })
  const { back, person } = await consent(world, capture, "/connect/acme")
  for (const change of [
    { state: "another" },
    { code: "another-code-of-nobody" },
    { error: `refused ${secrets.apiKey}` },
  ]) {
    const url = new URL(back ?? mount)
    for (const [name, value] of Object.entries(change)) url.searchParams.set(name, value)
    await person.visit(url.href, { from: "cross-site" })
  }
  const wrong = { key: secrets.wrongApiKey, username: "ada", password: secrets.wrongPassword }
  for (const method of ["api_key", "basic", "none"])
    await person.call("POST", `${mount}/attempts`, { connector: "acme", method, values: wrong })
  await person.call("POST", `${mount}/attempts`, {
    connector: "acme",
    values: { [secrets.apiKey]: secrets.password },
  })
  await person.call("GET", `${mount}/nothing/${encodeURIComponent(secrets.password)}?key=${secrets.apiKey}`)
}

async function use(world: CanaryWorld, capture: Capture, id: string): Promise<void> {
  const person = world.browser()
  const at = (path: string) => `${mount}/connections/${id}${path}`
  await person.call("POST", at("/run"), { operation: "get_item", parameters: { itemId: "i1" } })
  await person.call("POST", at("/run"), { operation: "get_item", parameters: { itemId: "nothing" } })
  await person.call("POST", `${mount}/execute`, { provider: "acme", operation: "create_item", connectionId: id })
  await person.call("POST", at("/test"))
  await person.call("POST", at("/rename"), { name: "Another name" })
  for (const path of ["", "/statistics", "/diagnosis", "/targets"]) await person.call("GET", at(path))
  await person.call("GET", `${mount}/connections`)
  await person.call("POST", at("/reconnect"), {})
  const connection = world.holdfast.for(ada).connection(id, "acme")
  await told(world, capture, () => connection.fetch("https://other.example/steal"))
  await told(world, capture, () => connection.fetch("https://api.acme.example/items/none"))
  await told(world, capture, () =>
    connection
      .paginate("get_item" as never)
      [Symbol.asyncIterator]()
      .next(),
  )
  await told(world, capture, async () => capture.event(await connection.info()))
  await told(world, capture, async () => capture.event(await connection.diagnose()))
  await told(world, capture, () => world.holdfast.scheduler.tick())
}

/** Webhooks: signed, forged, and one whose handler fails with all that it was given. */
async function deliveries(world: CanaryWorld, capture: Capture): Promise<void> {
  const { holdfast, send, signature, provider, secrets } = world
  holdfast.on("acme", "item_created", (event) => {
    capture.event(event)
    throw new Error(`the handler of ${JSON.stringify(event)} failed`)
  })
  const [hook] = provider.provider.hooks.values()
  if (hook === undefined) throw new Error("No webhook was made.")
  const delivery = { body: { type: "item_created", id: "d1", user: "U1" } }
  for (const flaw of [undefined, "tampered", "stale", "foreign", "unsigned"] as const) {
    const options = { signature, clock: provider.clock, ...(flaw && { flaw }) }
    await send(await signDelivery(delivery, hook, options))
  }
  await send(new Request(hook, { method: "POST", body: secrets.signingSecret }))
  await world.time.settle(holdfast.scheduler.tick())
}

/** One kind of bad answer at each of the provider's doors. */
async function underMischief(world: CanaryWorld, capture: Capture, trick: MischiefName, id: string): Promise<void> {
  const { holdfast, saboteur, time } = world
  const connection = holdfast.for(ada).connection(id, "acme")
  const person = world.browser()
  const at = (path: string) => `${mount}/connections/${id}${path}`
  const under = (path: RegExp, work: () => Promise<unknown>) =>
    saboteur.with(trick, path, () => work().catch((error: unknown) => capture.error(error)))
  // Begun anew each minute: what is asked too often is refused before anything is sent.
  time.advance(hour)

  await under(/^\/oauth\/token$/, () => consent(world, capture, "/connect/acme"))
  await under(/^\/me$/, () => consent(world, capture, "/connect/acme"))
  await under(/^\/me$/, () => connectByForm(world, "api_key", { key: world.secrets.apiKey }))
  await under(/^\/oauth\/token$/, async () => {
    await told(world, capture, () => connection.accessToken())
    await told(world, capture, () => holdfast.scheduler.tick())
    await person.call("GET", at("/diagnosis"))
  })
  // As often as it may be shown, and long enough after.
  for (const pauseMs of [hour / 2, 2 * hour]) {
    time.advance(pauseMs)
    await told(world, capture, () => connection.accessToken())
  }
  await under(/./, async () => {
    await person.call("POST", at("/run"), { operation: "get_item", parameters: { itemId: "i1" } })
    await person.call("POST", at("/test"))
    await told(world, capture, () => connection.run("create_item", { title: "One more" }))
    await told(world, capture, () => connection.fetch("https://api.acme.example/items/i1"))
    await told(world, capture, () => connection.statistics())
    await person.call("GET", at("/diagnosis"))
  })
  const { ended } = await consent(world, capture, `/connect/acme?returnTo=${encodeURIComponent(`${origin}/done`)}`, {
    account: "U2",
  })
  if (ended.status >= 400) throw new Error(`Nothing was connected: ${ended.status}.`)
  const other = (await time.settle(holdfast.for(ada).list())).find(({ account }) => account.id === "U2")
  await under(/^\/(oauth\/revoke|hooks)/, () => person.call("DELETE", `${mount}/connections/${other?.id}`))
  await person.call("POST", at("/reconnect"), {})
  await consent(world, capture, "/connect/acme")
  await told(world, capture, () => holdfast.scheduler.tick())
}

/** A process that was started with the wrong keys. */
async function underAnotherKey(world: CanaryWorld, capture: Capture, id: string): Promise<void> {
  const { holdfast, close } = world.open(world.secrets.otherRing)
  const connection = holdfast.for(ada).connection(id, "acme")
  try {
    await told(world, capture, () => connection.accessToken())
    await told(world, capture, () => connection.run("get_item", { itemId: "i1" }))
    await told(world, capture, async () => capture.event(await connection.check()))
    await told(world, capture, async () => capture.event(await holdfast.verifyKeys()))
    await told(world, capture, () => holdfast.scheduler.tick())
  } finally {
    await close()
  }
  await told(world, capture, async () => capture.event(await world.holdfast.verifyKeys()))
  await told(world, capture, async () => capture.event(await world.holdfast.rotateKeys()))
}
