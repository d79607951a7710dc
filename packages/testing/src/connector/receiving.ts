import { type App, isHoldfastError, type ReceivedEvent, type Webhooks } from "@holdfast/core"
import { signDelivery } from "@holdfast/emulator"
import { describe, expect, it } from "vitest"
import type { WebhookExamples } from "./examples.js"
import type { ProviderEmulator, SignedDelivery } from "./provider-emulator.js"
import type { SuiteContext } from "./suite-context.js"
import { connect } from "./walk.js"
import { expectCode, owner, type World } from "./world.js"

/** Deliveries: the genuine one is handed on, every flawed one refused; handshakes sign nothing for strangers. */
export function receivingSuite<E extends ProviderEmulator>(suite: SuiteContext<E>): void {
  const { connector, examples } = suite
  const { webhooks } = connector
  const all: readonly WebhookExamples<E>[] = [examples.webhooks ?? []].flat()

  it("has webhook examples exactly where it has webhooks, for each kind of address", () => {
    expect(all.some((given) => !given.own)).toBe(webhooks?.verify !== undefined)
    expect(all.some((given) => given.own)).toBe(webhooks?.own !== undefined)
  })
  if (!webhooks) return
  for (const given of all) receivingAt(suite, webhooks, given, all)
}

function receivingAt<E extends ProviderEmulator>(
  suite: SuiteContext<E>,
  webhooks: Webhooks,
  given: WebhookExamples<E>,
  all: readonly WebhookExamples<E>[],
): void {
  const { connector } = suite
  const elsewhere = (name: string, emulator: E) =>
    all.some((other) => other !== given && Object.hasOwn(other.deliveries(emulator), name))

  describe(given.own ? "webhooks at an address of the connection's own" : "webhooks", () => {
    for (const name of Object.keys(webhooks.events)) {
      suite.test(`hands a genuine ${name} to the connection that it concerns, once`, async (world) => {
        const { receiver, connection } = await ready(suite, world, given)
        if (!Object.hasOwn(given.deliveries(world.emulator), name) && elsewhere(name, world.emulator)) return
        const { id, shared } = await connection.info()
        const whose = shared === "tenant" ? { tenantId: owner.tenantId } : owner
        const delivery = deliveryOf(given, world, name)
        const heard: ReceivedEvent[] = []
        world.holdfast.on(connector.id, name, (event) => void heard.push(event))
        const first = await receiver(await sign(world, given, delivery, "genuine"))
        expect(first.status).toBeLessThan(300)
        expect(heard).toMatchObject([{ connector: connector.id, name, connectionId: id, owner: whose }])
        expect(webhooks.events[name]?.payload.safeParse(heard[0]?.payload).error).toBeUndefined()
        const again = await receiver(await sign(world, given, delivery, "genuine"))
        expect(again.status).toBeLessThan(300)
        if (heard[0]?.deliveryId !== undefined) expect(heard, "a repeat is dropped").toHaveLength(1)
      })
    }

    for (const flaw of ["tampered", "foreign", "unsigned", "duplicated", "stale"] as const) {
      const title = `refuses ${flaw} deliveries`
      const run = async (world: World<E>) => {
        const { receiver } = await ready(suite, world, given)
        const heard: ReceivedEvent[] = []
        for (const [name, delivery] of Object.entries(given.deliveries(world.emulator))) {
          world.holdfast.on(connector.id, name, (event) => void heard.push(event))
          const request = await sign(world, given, delivery, flaw)
          expectCode(await world.refusal(() => receiver(request)), "webhook_unverified")
        }
        expect(heard).toEqual([])
      }
      if (flaw === "stale") suite.testUnless("stale_delivery", title, run)
      else suite.test(title, run)
    }

    suite.test("refuses what is no delivery at all: empty, cut, binary", async (world) => {
      const { receiver } = await ready(suite, world, given)
      const [delivery] = Object.values(given.deliveries(world.emulator))
      if (!delivery) return
      const genuine = await sign(world, given, delivery, "genuine")
      for (const body of ["", "{", new Uint8Array([0, 255, 254]), "null"]) {
        const request = new Request(genuine.url, { method: "POST", headers: genuine.headers, body })
        expectCode(await world.refusal(() => receiver(request)), "webhook_unverified")
      }
    })

    if (given.handshakes) {
      suite.test("answers a handshake, but signs nothing for a stranger (X7)", async (world) => {
        const { receiver } = await ready(suite, world, given)
        for (const { delivery, answer } of given.handshakes?.(world.emulator) ?? []) {
          const response = await receiver(await sign(world, given, delivery, "genuine"))
          expect(response.status).toBeLessThan(300)
          if (answer !== undefined) expect(await response.text()).toContain(answer)
          for (const flaw of ["foreign", "unsigned", "tampered"] as const) {
            const forged = await sign(world, given, delivery, flaw)
            expectCode(await world.refusal(() => receiver(forged)), "webhook_unverified")
          }
        }
        for (const delivery of given.oracles?.(world.emulator) ?? []) {
          const request = await sign(world, given, delivery, "genuine")
          expectCode(await world.refusal(() => receiver(request)), "webhook_unverified")
        }
      })
    }

    for (const name of given.ends ?? []) {
      suite.test(`knows that ${name} ends the grant`, async (world) => {
        const { receiver, connection } = await ready(suite, world, given)
        await receiver(await sign(world, given, deliveryOf(given, world, name), "genuine"))
        expect(await connection.info()).toMatchObject({ status: "needs_reauth", reason: "ended_by_provider" })
      })
    }

    if (webhooks.subscribe && (given.own || !webhooks.own)) {
      if (given.own) {
        suite.test("at a connection's own address concern it alone, and end with it", async (world) => {
          const { receiver, connection } = await ready(suite, world, given)
          const [name = ""] = Object.keys(given.deliveries(world.emulator))
          const delivery = deliveryOf(given, world, name)
          const genuine = await sign(world, given, delivery, "genuine")
          const again = genuine.clone()
          const other = new URL(genuine.url)
          other.pathname = other.pathname.replace(/~.*/, `~${"A".repeat(43)}`)
          const astray = new Request(other, {
            method: genuine.method,
            headers: genuine.headers,
            body: await genuine.text(),
          })
          expectCode(await world.refusal(() => receiver(astray)), "connector_unknown")
          await connection.disconnect()
          await world.settle()
          expectCode(await world.refusal(() => receiver(again)), "connector_unknown")
        })
      }

      suite.test("are asked for on connecting and removed on disconnecting", async (world) => {
        const { subscriptions } = given
        if (!subscriptions) throw new Error("examples.webhooks needs `subscriptions`: the connector subscribes")
        const { connection } = await ready(suite, world, given)
        const { id } = await connection.info()
        expect((await world.store.connections.get(id))?.detail.webhooks?.state).toBe("made")
        const made = subscriptions(world.emulator)
        expect(made).toBeGreaterThan(0)
        // Asked for again, as after a crash, it makes no second set.
        const { example, id: method } = suite.method(given.method)
        await connect(world, example, { method })
        expect(subscriptions(world.emulator)).toBe(made)
        await connection.disconnect()
        await world.settle()
        expect(subscriptions(world.emulator)).toBe(0)
      })
    }
  })
}

function deliveryOf<E extends ProviderEmulator>(
  given: WebhookExamples<E>,
  world: World<E>,
  name: string,
): SignedDelivery {
  const delivery = given.deliveries(world.emulator)[name]
  if (!delivery) throw new Error(`examples.webhooks.deliveries has nothing for "${name}"`)
  return delivery
}

/** A connection, and what takes deliveries to its own address, or to that of its app. */
async function ready<E extends ProviderEmulator>(suite: SuiteContext<E>, world: World<E>, given: WebhookExamples<E>) {
  const { id, example } = suite.method(given.method)
  const connection = await connect(world, example, { method: id })
  if (given.own) {
    const { secret, url } = given.own(world.emulator)
    const key = new URL(url).pathname.split("/").at(-1) ?? ""
    expect(key, "the address that the emulator was given is the connection's own").toMatch(/^~[\w-]{43}$/)
    world.canary.watch(key.slice(1), "key of the webhook address")
    world.canary.watch(secret, "secret of the subscription")
  }
  const receiver = async (request: Request): Promise<Response> => {
    const body = new Uint8Array(await request.arrayBuffer())
    const { url, method, headers } = request
    const delivery = { method, url, headers, body, text: new TextDecoder().decode(body) }
    const key = decodeURIComponent(new URL(url).pathname.split("/").at(-1) ?? "")
    try {
      const { response, settled } = await world.holdfast.webhooks.receive(suite.connector.id, key, delivery)
      await settled
      await world.canary.lookAt("webhook answer", response)
      return response
    } catch (error) {
      if (!isHoldfastError(error)) world.canary.look("error", error)
      throw error
    }
  }
  return { connection, receiver }
}

function appOf({ holdfast, connector }: World): Promise<App> {
  return holdfast.apps.resolve(owner.tenantId, connector.id)
}

async function sign<E extends ProviderEmulator>(
  world: World<E>,
  given: WebhookExamples<E>,
  delivery: SignedDelivery,
  flaw: "genuine" | "tampered" | "foreign" | "stale" | "unsigned" | "duplicated",
): Promise<Request> {
  const address =
    given.own?.(world.emulator).url ?? world.holdfast.webhooks.url(world.connector.id, (await appOf(world)).id)
  const url = delivery.query === undefined ? address : `${address}?${delivery.query}`
  const { clock } = world.emulator as unknown as { clock: Parameters<typeof signDelivery>[2]["clock"] }
  return await signDelivery(delivery, url, {
    signature: given.signature(world.emulator),
    clock,
    ...(flaw !== "genuine" && { flaw }),
  })
}
