import type { Cipher, Journal, Runtime, TokenStore } from "../../packages/core/src/index.js"

/** One side of one call that leaves core: where a process can die. */
export interface Point {
  /** `connections.update`, `journal.append`, `POST /oauth/token`. */
  readonly seam: string
  /** Which call of that seam in the process's life, from 1. */
  readonly nth: number
  /** Of requests: `before` it is sent, `at the provider`, `answered`, and `after` its body was read. */
  readonly moment: "before" | "at the provider" | "answered" | "after"
}

/** What core is given of the world, all of it passing a gate. */
export interface Seams {
  readonly store: TokenStore
  readonly cipher: Cipher
  readonly journal?: Journal
  readonly fetch: Runtime["fetch"]
  readonly digest: Runtime["digest"]
}

export interface Gate {
  through(seams: Seams): Seams
  /** How many calls are under way: while there are, nobody waits for time. */
  underWay(): number
}

type Call = (...given: never[]) => Promise<unknown>

/** Counts every crossing of every seam, and tells of each as it happens. What `cross` does not return from is a death. */
export function gate(cross: (point: Point) => void): Gate {
  const counts = new Map<string, number>()
  let busy = 0

  async function call<Result>(seam: string, work: (at: (moment: Point["moment"]) => void) => Promise<Result>) {
    const nth = (counts.get(seam) ?? 0) + 1
    counts.set(seam, nth)
    busy++
    try {
      cross({ seam, nth, moment: "before" })
      const result = await work((moment) => cross({ seam, nth, moment }))
      cross({ seam, nth, moment: "after" })
      return result
    } finally {
      busy--
    }
  }

  function through<Part extends object>(
    name: string,
    part: Part,
    more: (given: readonly unknown[]) => string = () => "",
  ) {
    const methods = Object.entries(part) as [string, unknown][]
    return Object.fromEntries(
      methods.map(([method, member]) => {
        if (typeof member !== "function") return [method, member]
        return [
          method,
          (...given: never[]) =>
            call(`${name}.${method}${more(given)}`, () => Promise.resolve((member as Call).apply(part, given))),
        ]
      }),
    ) as Part
  }

  return {
    underWay: () => busy,
    through: ({ store, cipher, journal, fetch, digest }) => ({
      store: {
        connections: through("connections", store.connections),
        documents: through("documents", store.documents, kindOf),
      },
      cipher: through("cipher", cipher),
      ...(journal && { journal: through("journal", journal) }),
      digest: (text) => call("digest", () => digest(text)),
      fetch: (request) =>
        call(seamOf(request), async (at) => {
          const answer = await fetch(request)
          at("answered")
          const body = await answer.arrayBuffer()
          const { status, statusText, headers } = answer
          return new Response(body.byteLength > 0 ? body : null, { status, statusText, headers })
        }),
    }),
  }
}

/** A request's seam: its path without what is particular to one run. */
export function seamOf(request: Pick<Request, "method" | "url">): string {
  const [, first = "", second] = new URL(request.url).pathname.split("/")
  return `${request.method} /${first}${second === undefined ? "" : first === "hooks" ? "/{id}" : `/${second}`}`
}

/** Of documents, the kind that stands in the key. */
function kindOf([document]: readonly unknown[]): string {
  const key = typeof document === "string" ? document : (document as { key?: string } | undefined)?.key
  return typeof key === "string" ? ` ${key.split(":")[0]}` : ""
}

/** How a point is written in reports. */
export function nameOf({ seam, nth, moment }: Point): string {
  return `${moment} ${seam} #${nth}`
}
