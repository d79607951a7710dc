/** Public origins and the loopback origins that stand in for them. */
export type Reroute = Readonly<Record<string, string>>

/** The loopback form of a public URL; URLs of other origins come back as they are. */
export function toLoopback(url: string | URL, reroute: Reroute): string {
  const { origin, href } = new URL(url)
  const loopback = Object.hasOwn(reroute, origin) ? reroute[origin] : undefined
  return loopback === undefined ? href : loopback + href.slice(origin.length)
}

/** The public form of a loopback URL. */
export function toPublic(url: string | URL, reroute: Reroute): string {
  const { origin, href } = new URL(url)
  const known = Object.entries(reroute).find(([, loopback]) => loopback === origin)
  return known ? known[0] + href.slice(origin.length) : href
}

/**
 * A `fetch` that sends requests for public origins to loopback, for code that must run unchanged against emulators in
 * another process. Everything else goes where it was going.
 */
export function reroutedFetch(reroute: Reroute, send: typeof fetch = fetch): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init)
    const url = toLoopback(request.url, reroute)
    if (url === request.url) return send(request)
    return send(new Request(url, request))
  }
}

/** A `fetch` over several emulators in this process. Origins that none answers for go to `otherwise`, or are refused. */
export function emulatedFetch(
  emulators: readonly { answers(url: string): boolean; fetch(request: Request): Promise<Response> }[],
  otherwise?: typeof fetch,
): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init)
    const emulator = emulators.find((candidate) => candidate.answers(request.url))
    if (emulator) return emulator.fetch(request)
    if (otherwise) return otherwise(request)
    throw new TypeError(`no emulator answers for ${new URL(request.url).origin}`)
  }
}
