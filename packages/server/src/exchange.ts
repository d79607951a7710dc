import { type Holdfast, HoldfastError, type Owner, parseOwner, type Visitor } from "@holdfast/core"
import type { z } from "zod"
import { checkInput, readFields } from "./body.js"
import type { Bearer } from "./security/bearer.js"
import { readBrowserIds } from "./security/cookies.js"
import { narrowed } from "./security/narrowed.js"
import type { Site } from "./site.js"

/** One request on its way through a route. */
export interface Exchange {
  readonly site: Site
  /** As far as whoever asks may know it. */
  readonly holdfast: Holdfast
  readonly request: Request
  /** The address as the public knows it. */
  readonly url: URL
  /** What stood in a hole of the route's path. */
  param(name: string): string
  /** The browser's own id, if it brought one: what it begins is bound to it. */
  readonly browser: string | undefined
  /** Who asks by a token of ours, and not by the host's session. */
  readonly bearer: Bearer | undefined
  /** @throws HoldfastError `unauthenticated` */
  owner(): Promise<Owner>
  ownerIfKnown(): Promise<Owner | undefined>
  /** @throws HoldfastError `unauthenticated` `forbidden` */
  admin(): Promise<Owner>
  /** Browser, with all ids that it brought, and owner, as far as they are known. */
  visitor(): Promise<Visitor>
  /** The body, checked. @throws HoldfastError `input_invalid` `payload_too_large` */
  fields<Schema extends z.ZodType>(schema: Schema): Promise<z.output<Schema>>
  /** The query, checked. @throws HoldfastError `input_invalid` */
  query<Schema extends z.ZodType>(schema: Schema): z.output<Schema>
  /** Tells the operator of an error that the caller is answered otherwise. */
  readonly report: (error: unknown) => void
}

/** Gathers what routes ask of a request. The host's `owner` is asked once at most, and not at all where a token of ours says who it is. */
export function createExchange(
  site: Site,
  request: Request,
  url: URL,
  params: Readonly<Record<string, string>>,
  report: (error: unknown) => void,
  bearer?: Bearer,
): Exchange {
  let asked: Promise<Owner | undefined> | undefined
  const browsers = readBrowserIds(site, request)
  const ownerIfKnown = () => (asked ??= bearer ? Promise.resolve(bearer.owner) : askOwner(site, request))
  const owner = async () => {
    const known = await ownerIfKnown()
    if (!known) throw new HoldfastError("unauthenticated")
    return known
  }
  return {
    site,
    holdfast: bearer?.connectors ? narrowed(site.holdfast, bearer.connectors) : site.holdfast,
    request,
    url,
    param: (name) => params[name] ?? "",
    browser: browsers[0],
    bearer,
    owner,
    ownerIfKnown,
    async admin() {
      const known = await owner()
      if (known.admin !== true)
        throw new HoldfastError("forbidden", "owner() did not say that this person is an admin.")
      return known
    },
    async visitor() {
      const known = await ownerIfKnown()
      return { ...(browsers.length > 0 && { browser: browsers }), ...(known && { owner: known }) }
    },
    fields: (schema) => readFields(request, site.bodyLimitBytes, schema),
    query: (schema) => checkInput(Object.fromEntries(url.searchParams), schema),
    report,
  }
}

async function askOwner(site: Site, request: Request): Promise<Owner | undefined> {
  const answer = await site.options.owner(request)
  // `req.session.user && {...}` may also answer "" or false where types are not checked: nobody, not a wrong owner.
  return answer ? parseOwner(answer) : undefined
}

/** Whether a person looks at the answer: a browser going to a page, not a script fetching. */
export function isNavigation(request: Request): boolean {
  const mode = request.headers.get("sec-fetch-mode")
  return mode === null ? (request.headers.get("accept") ?? "").includes("text/html") : mode === "navigate"
}
