import { base64url, createHoldfast, type HoldfastOptions, keyring } from "../../packages/core/src/index.js"
import { approve } from "../../packages/emulator/src/index.js"
import { acme } from "../../packages/testing/src/acme/acme-connector.js"
import { type AcmeEmulator, acmeApp, acmeEmulator } from "../../packages/testing/src/acme/acme-emulator.js"

/** The key that everything is sealed with here. */
export const keys = keyring(`bench:${base64url(new Uint8Array(32).fill(7))}`)

/** Whose every connection here is. */
export const owner = { tenantId: "tenant", userId: "user" }

const url = "https://app.example/api/integrations"

/** A provider that ends everything it granted when a refresh token is shown twice. */
export const strictProvider = () => acmeEmulator(`${url}/oauth/callback/acme`)

/** A Holdfast of one connector, as an application would make it. */
export function acmeHoldfast(options: Pick<HoldfastOptions, "store" | "runtime" | "reroute">) {
  return createHoldfast({ url, connectors: [acme(acmeApp)], keys, ...options })
}

/** Connects as a person with a browser would; answers the connection's id. */
export async function connect(holdfast: ReturnType<typeof acmeHoldfast>, provider: AcmeEmulator): Promise<string> {
  const browser = "a browser"
  const { step } = await holdfast.attempts.begin(owner, { connector: "acme", method: "oauth", browser })
  if (step.kind !== "redirect") throw new Error("The attempt does not begin at the provider.")
  const back = await approve(provider.fetch, step.url)
  const state = back.searchParams.get("state") ?? ""
  const arrival = { state, connector: "acme", url: back.href, method: "GET", headers: new Headers(), body: "" }
  const ended = await holdfast.attempts.callback(arrival, { browser, owner })
  if (ended.connectionId === undefined) throw new Error(`The attempt ended ${ended.status}.`)
  return ended.connectionId
}
