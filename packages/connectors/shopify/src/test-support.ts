import type { Connection } from "@holdfast/core"
import { connectorWorld } from "@holdfast/testing"
import { createShopifyEmulator, emulatorApp, type ShopifyEmulatorOptions } from "./emulator.js"
import { type ShopifyOptions, shopify } from "./index.js"

/** A real Holdfast with Shopify alone, over the stand-in. It has no guard: no host is a person's choice. */
export function shopifyWorld(options: ShopifyOptions = {}, seeds: ShopifyEmulatorOptions = {}) {
  const world = connectorWorld({
    connectors: [shopify({ ...emulatorApp, ...options })],
    emulator: createShopifyEmulator(seeds),
    guard: false,
    defaults: { values: { shop: "first-shop" } },
  })
  return {
    ...world,
    /** What is stored of the life of a connection's token. */
    async clockOf(connection: Pick<Connection, "info">) {
      const { id } = await connection.info()
      return (await world.store.connections.get(id))?.detail.slots.main?.clock
    },
  }
}
