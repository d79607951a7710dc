import type { Connection, Guard } from "@holdfast/core"
import { type ApproveOptions, emulatedFetch } from "@holdfast/emulator"
import { connectorWorld } from "@holdfast/testing"
import { createWordpressEmulator, type WordpressEmulator } from "./emulator.js"
import { type WordpressConnector, type WordpressOptions, wordpress } from "./index.js"

interface SiteConnection extends Connection<WordpressConnector> {}

/** A real Holdfast with WordPress alone, over the sites that there are. */
export function wordpressWorld(
  emulators: readonly WordpressEmulator[] = [createWordpressEmulator()],
  options: WordpressOptions & { guard?: Guard; fetch?: typeof globalThis.fetch } = {},
) {
  const { guard, fetch = emulatedFetch(emulators), ...facts } = options
  const [emulator = createWordpressEmulator()] = emulators
  const world = connectorWorld({ connectors: [wordpress(facts)], emulator, fetch, ...(guard && { guard }) })
  const bySite = (site: string, request: { reconnect?: string }) =>
    ({ method: "authorize_application", ...request, values: { site } }) as const
  return {
    ...world,
    /** Where the person is sent for their approval. */
    leave: (site: string, request: { reconnect?: string } = {}) => world.leave(bySite(site, request)),
    /** Approves on the site's page, and comes back. */
    approved: (
      site: string,
      choices: ApproveOptions = {},
      request: { reconnect?: string } = {},
    ): Promise<SiteConnection> => world.connect(bySite(site, request), choices),
    /** Connects with a password made by hand. */
    typed: (
      values: { site: string; username: string; password: string },
      request: { reconnect?: string } = {},
    ): Promise<SiteConnection> => world.connect({ method: "application_password", ...request, values }),
  }
}

/** A stand-in whose answers to some paths are others than its own. */
export function withAnswers(
  emulator: WordpressEmulator,
  answers: (request: Request) => Response | Promise<Response> | undefined,
): typeof globalThis.fetch {
  return async (input, init) => {
    const request = new Request(input, init)
    return (await answers(request)) ?? (await emulator.fetch(request))
  }
}
