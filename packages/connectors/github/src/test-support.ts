import { connectorWorld } from "@holdfast/testing"
import {
  createGithubEmulator,
  emulatorApp,
  emulatorOAuthApp,
  type GithubEmulator,
  type GithubEmulatorOptions,
} from "./emulator.js"
import { type GithubConnector, type GithubOptions, github } from "./index.js"

/** A real Holdfast with GitHub alone, over the stand-in. */
export const githubWorld = (seeds: GithubEmulatorOptions = {}, app: GithubOptions = emulatorApp) =>
  connectorWorld({ connectors: [github(app)], emulator: createGithubEmulator(seeds) })

/** The same with the registration of an OAuth App. */
export const oauthWorld = () => githubWorld({}, emulatorOAuthApp)

/** GitHub by one of its methods, with the events that concern it: each is of a registration of its own kind. */
export function githubBy(
  method: string,
  concerns: (event: string) => boolean,
): (options?: GithubOptions) => GithubConnector {
  return (options) => {
    const { webhooks, ...connector } = github(options)
    const events = Object.fromEntries(Object.entries(webhooks?.events ?? {}).filter(([name]) => concerns(name)))
    const has = webhooks && Object.keys(events).length > 0
    return {
      ...connector,
      methods: connector.methods.filter(({ id }) => id === method),
      ...(has && { webhooks: { ...webhooks, events } }),
    }
  }
}

/** What the browser of a person brings back from a page of the stand-in; `at` is `user` or `user@account`. */
export async function visitPage(emulator: GithubEmulator, url: string, at?: string): Promise<URL> {
  const body = new URLSearchParams({ decision: "allow", ...(at !== undefined && { account: at }) })
  const answered = await emulator.fetch(url, { method: "POST", body, redirect: "manual" })
  const location = answered.headers.get("location")
  if (location === null) throw new Error(`the page answered ${answered.status}`)
  return new URL(location)
}
