import { connectorWorld } from "@holdfast/testing"
import { createZohoEmulator, emulatorApp, type ZohoEmulatorOptions } from "./emulator.js"
import { type ZohoBooksOptions, zohoBooks } from "./index.js"

export { ada, bob, endOf } from "@holdfast/testing"

/** A real Holdfast with Zoho Books alone, over the stand-in. `alter` changes its answers on the way. */
export const zohoWorld = (
  seeds: ZohoEmulatorOptions = {},
  options: ZohoBooksOptions = {},
  alter = (_request: Request, answer: Response): Response | Promise<Response> => answer,
) => {
  const emulator = createZohoEmulator(seeds)
  const fetch = async (request: Request) => await alter(request, await emulator.fetch(request))
  return connectorWorld({ connectors: [zohoBooks({ ...emulatorApp, ...options })], emulator, fetch })
}
