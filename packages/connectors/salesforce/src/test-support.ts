import { connectorWorld } from "@holdfast/testing"
import { createSalesforceEmulator, emulatorApp, type SalesforceEmulatorOptions } from "./emulator.js"
import { salesforce } from "./index.js"

export { ada, bob, endOf } from "@holdfast/testing"

/** A real Holdfast with Salesforce alone, over the stand-in. `alter` changes its answers on the way. */
export const salesforceWorld = (
  seeds: SalesforceEmulatorOptions = {},
  alter = (_request: Request, answer: Response): Response | Promise<Response> => answer,
) => {
  const emulator = createSalesforceEmulator(seeds)
  const fetch = async (request: Request) => await alter(request, await emulator.fetch(request))
  return connectorWorld({ connectors: [salesforce(emulatorApp)], emulator, fetch })
}
