import WooCommerceRestApi from "@woocommerce/woocommerce-rest-api"
import { afterEach, describe, expect, it, vi } from "vitest"
import { createWoocommerceEmulator, seededKeys, shops, type WoocommerceEmulator } from "./emulator.js"

interface Sent {
  readonly url?: string
  readonly method?: string
  readonly headers: Record<string, unknown>
  readonly auth?: { readonly username: string; readonly password: string }
  readonly params?: Record<string, string>
  readonly data?: string
}

type Ask = (path: string, data?: object) => Promise<{ readonly data: unknown; readonly status: number }>
type ClientClass = new (options: object) => { readonly get: Ask; readonly put: Ask; readonly post: Ask }

/** WooCommerce's own client, whose requests reach the stand-in. */
function clientOf(emulator: WoocommerceEmulator, url: string) {
  // Its types have the class as a property of what is exported, where it is not.
  const Client = WooCommerceRestApi as unknown as ClientClass
  return new Client({
    url,
    ...seededKeys,
    version: "wc/v3",
    axiosConfig: {
      adapter: async (sent: Sent) => {
        const address = new URL(sent.url ?? "")
        for (const [name, value] of Object.entries(sent.params ?? {})) address.searchParams.set(name, String(value))
        const headers = new Headers({ accept: "application/json" })
        if (sent.data !== undefined) headers.set("content-type", "application/json")
        if (sent.auth) headers.set("authorization", `Basic ${btoa(`${sent.auth.username}:${sent.auth.password}`)}`)
        const answer = await emulator.fetch(address, {
          method: (sent.method ?? "get").toUpperCase(),
          headers,
          ...(sent.data !== undefined && { body: sent.data }),
        })
        return { data: await answer.json(), status: answer.status, statusText: "", headers: {}, config: sent }
      },
    },
  })
}

afterEach(() => void vi.useRealTimers())

describe("WooCommerce's own client", () => {
  it.each(Object.values(shops))("reads and writes at %s", async (shop) => {
    const emulator = createWoocommerceEmulator()
    // Its signatures carry the machine's time.
    vi.useFakeTimers({ toFake: ["Date"], now: emulator.clock.now() })
    const client = clientOf(emulator, shop)
    const { data } = await client.get("orders", { per_page: 2 })
    expect(data).toHaveLength(2)
    expect((await client.put("orders/101", { status: "completed" })).data).toMatchObject({
      id: 101,
      status: "completed",
    })
    expect((await client.post("products", { name: "Pot", regular_price: "5.00" })).status).toBe(201)
  })
})
