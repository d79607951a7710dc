import { hmac } from "@holdfast/core"
import { connectorWorld, endOf } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { createWoocommerceEmulator, seededKeys, shops, webhookDelivery, woocommerceSignature } from "./emulator.js"
import { woocommerce } from "./index.js"

const typed = (site: string) => ({ method: "api_key", values: { site, ...seededKeys } }) as const
const pathOf = ({ method, url }: Request) => `${method} ${new URL(url).pathname.replace("/wp-json/wc/v3", "")}`

function shopWorld() {
  const answers: { status: number; text: string }[] = []
  const emulator = createWoocommerceEmulator({
    async post(request) {
      const { response } = await world.holdfast.webhooks.receive("woocommerce", keyOf(request.url), {
        method: request.method,
        url: request.url,
        headers: request.headers,
        body: new Uint8Array(await request.clone().arrayBuffer()),
        text: await request.text(),
      })
      answers.push({ status: response.status, text: await response.clone().text() })
      return response
    },
  })
  const world = connectorWorld({ connectors: [woocommerce()], emulator })
  const last = () => {
    const made = emulator.provider.webhooks.at(-1)
    if (!made) throw new Error("no webhook was made")
    return { url: made.delivery_url, signature: woocommerceSignature(made.secret) }
  }
  return { ...world, answers, last }
}
const keyOf = (url: string) => new URL(url).pathname.split("/").at(-1) ?? ""

describe("webhooks of a shop", () => {
  it.each(Object.values(shops))("are made at %s with a secret of ours, which no answer repeats", async (site) => {
    const { connect, emulator, requests } = shopWorld()
    await connect(typed(site))
    const { webhooks } = emulator.provider
    expect(webhooks.map(({ shop, topic }) => [shop, topic])).toEqual([
      [site, "order.created"],
      [site, "order.updated"],
      [site, "product.updated"],
    ])
    expect(new Set(webhooks.map(({ secret }) => secret)).size).toBe(1)
    expect(webhooks[0]?.secret).toMatch(/^[0-9a-f]{64}$/)
    expect(requests.filter((one) => pathOf(one) === "POST /webhooks")).toHaveLength(3)
  })

  it("are tried out by an unsigned ping, which is answered with 200 and is no event (quirk list: X-WC-Webhook-Signature)", async () => {
    const { answers, connect, emulator, holdfast, last } = shopWorld()
    const heard: unknown[] = []
    for (const name of ["order_created", "order_updated", "product_updated"] as const)
      holdfast.on("woocommerce", name, (event) => void heard.push(event))
    await connect(typed(shops.secure))
    const pings = await Promise.all(emulator.provider.posted.map((one) => one.text()))
    expect(pings).toEqual(emulator.provider.webhooks.map(({ id }) => `webhook_id=${id}`))
    expect(answers).toEqual(pings.map(() => ({ status: 200, text: "" })))
    expect(heard).toEqual([])
    const { url } = last()
    for (const body of ["webhook_id=", "webhook_id=1&topic=order.created", "webhook_id=1 ", '{"webhook_id":1}', ""]) {
      const bytes = new TextEncoder().encode(body)
      const delivery = { method: "POST", url, headers: new Headers(), body: bytes, text: body }
      const end = await endOf(holdfast.webhooks.receive("woocommerce", keyOf(url), delivery))
      expect(end.code, body).toBe("webhook_unverified")
    }
  })

  it("that were switched off after failures, or made twice, are made anew when it is connected again", async () => {
    const { connect, emulator } = shopWorld()
    await connect(typed(shops.secure))
    const { webhooks } = emulator.provider
    const [first, second] = webhooks
    if (!first || !second) throw new Error("no webhooks were made")
    first.status = "disabled"
    webhooks.push({ ...second, id: 900 }, { ...second, id: 901, delivery_url: "https://other.example/hook" })
    await connect(typed(shops.secure))
    expect(webhooks.map(({ id, status, topic }) => [id, status, topic])).toEqual([
      [142, "active", "order.updated"],
      [143, "active", "product.updated"],
      [901, "active", "order.updated"],
      [902, "active", "order.created"],
    ])
  })

  it("are left out where keys may only read", async () => {
    const { connect, emulator, lines } = shopWorld()
    const { keys } = emulator.provider
    keys.push(...keys.splice(0).map((key) => ({ ...key, permissions: "read" })))
    const connection = await connect(typed(shops.secure))
    expect(await connection.info()).toMatchObject({ status: "active" })
    expect(emulator.provider.webhooks).toEqual([])
    expect(lines.join("\n")).toContain("may not make webhooks")
  })

  it("tell two orders of one second apart, which share a delivery id", async () => {
    const { connect, deliver, holdfast, last } = shopWorld()
    await connect(typed(shops.secure))
    const heard: unknown[] = []
    holdfast.on("woocommerce", "order_updated", ({ payload }) => void heard.push(payload))
    const { signature, url } = last()
    for (const id of [101, 102, 101]) {
      const order = { shop: shops.secure, id, status: "completed", currency: "EUR", total: "1.00" }
      await deliver(webhookDelivery("order.updated", order), signature, { url })
    }
    expect(heard).toMatchObject([{ id: 101 }, { id: 102 }])
  })

  it("are signed over their exact bytes", async () => {
    // https://github.com/woocommerce/woocommerce/blob/trunk/plugins/woocommerce/includes/class-wc-webhook.php
    const body = new TextEncoder().encode('{"id":1}')
    const signed = await woocommerceSignature("secret").sign({ method: "POST", url: "", body, at: 0, id: "" })
    expect(signed).toEqual({ "x-wc-webhook-signature": await hmac("SHA-256", "secret", ['{"id":1}'], "base64") })
  })
})
