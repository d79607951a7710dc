import { type ApiKeyScope, HoldfastError, type Owner } from "@holdfast/core"
import type { Site } from "../site.js"

/** Who a bearer token of ours speaks for. */
export interface Bearer {
  readonly owner: Owner
  /** The only connectors that it may see; undefined: all. */
  readonly connectors: readonly string[] | undefined
}

/** What a request that carries one asks for. */
interface Asked {
  readonly site: Site
  readonly token: string
  /** Of the page that sends it; undefined: no browser does, or it does not say. */
  readonly origin: string | undefined
  /** What a key needs here; undefined: no key may. */
  readonly scope: ApiKeyScope | undefined
}

const readers = { browser: readBrowserToken, key: readKey } as const

/**
 * Who asks, where the request carries a browser token or an API key of ours. Any other bearer token is the host's to judge.
 * @throws HoldfastError `unauthenticated` for one that is not good, `forbidden` for what it may not do or from where
 */
export async function readBearer(
  site: Site,
  request: Request,
  { scope }: { readonly scope?: ApiKeyScope },
): Promise<Bearer | undefined> {
  const own = ownToken(site, request)
  if (!own) return undefined
  return readers[own.kind]({ site, token: own.token, origin: originOf(site, request), scope })
}

/** A bearer token that is one of ours by its form, genuine or not. */
export function ownToken(site: Site, request: Request): { kind: "browser" | "key"; token: string } | undefined {
  const token = /^bearer +(\S+) *$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? ""
  const kind = site.holdfast.access.kindOf(token)
  return kind && { kind, token }
}

async function readBrowserToken({ site, token, origin }: Asked): Promise<Bearer> {
  const { owner, connectors, origin: only } = await site.holdfast.access.readBrowserToken(token, { origin })
  if (only === undefined) refuseUnlisted(site, origin)
  return { owner, connectors }
}

async function readKey({ site, token, origin, scope }: Asked): Promise<Bearer> {
  refuseUnlisted(site, origin)
  if (scope === undefined) throw new HoldfastError("forbidden", "No API key may call this route.")
  const { owner } = await site.holdfast.access.readKey(token, scope)
  return { owner, connectors: undefined }
}

function refuseUnlisted({ origins }: Site, origin: string | undefined): void {
  if (origin === undefined || origins.has(origin)) return
  throw new HoldfastError(
    "forbidden",
    `A page of ${origin} sent a token of ours. Add it to origins, or give it a token with that origin.`,
  )
}

/** A page of our own origin does not say so when it reads. */
function originOf(site: Site, request: Request): string | undefined {
  const isOurs = request.headers.get("sec-fetch-site") === "same-origin"
  return request.headers.get("origin") ?? (isOurs ? site.origin : undefined)
}
