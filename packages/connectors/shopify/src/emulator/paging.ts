import { type Call, json } from "@holdfast/emulator"

const perPage = 50
const mostPerPage = 250

/**
 * Cursor pages of the REST Admin API: `limit`, and `page_info` from the `Link` header, which stands with no other filter.
 * @see https://shopify.dev/docs/api/admin-rest/usage/pagination
 */
export function pageOf<Item extends { readonly id: number }>(
  call: Call,
  name: string,
  select: (filters: Readonly<Record<string, string>>) => readonly Item[] | { readonly refused: object },
): Response {
  const { page_info: cursor, limit: asked, fields, ...filters } = Object.fromEntries(call.url.searchParams)
  const limit = Number(asked ?? perPage)
  if (!Number.isInteger(limit) || limit < 1) return refusal({ limit: "Invalid value." })
  const [other] = Object.keys(filters)
  if (cursor !== undefined && other !== undefined) {
    const message = `${other} cannot be passed when page_info is present. See https://shopify.dev/api/usage/pagination-rest for more information.`
    return refusal({ [other]: message })
  }
  const place = cursor === undefined ? { filters, at: 0 } : readCursor(cursor)
  if (!place) return refusal({ page_info: "Invalid value." })
  const found = select(place.filters)
  if ("refused" in found) return refusal(found.refused)
  const size = Math.min(limit, mostPerPage)
  const items = found.slice(place.at, place.at + size)
  const link = (at: number, rel: string) => `<${linkTo(call.url, limit, { ...place, at })}>; rel="${rel}"`
  const links = [
    ...(place.at > 0 ? [link(Math.max(0, place.at - size), "previous")] : []),
    ...(place.at + size < found.length ? [link(place.at + size, "next")] : []),
  ]
  const shown = fields === undefined ? items : items.map((item) => only(item, fields.split(",")))
  return json({ [name]: shown }, links.length > 0 ? { headers: { link: links.join(", ") } } : {})
}

interface Place {
  readonly filters: Readonly<Record<string, string>>
  readonly at: number
}

function linkTo(url: URL, limit: number, place: Place): string {
  const next = new URL(url.pathname, url.origin)
  next.searchParams.set("limit", String(limit))
  next.searchParams.set("page_info", btoa(JSON.stringify(place)).replaceAll("=", ""))
  return next.href
}

function readCursor(cursor: string): Place | undefined {
  try {
    const { filters, at } = JSON.parse(atob(cursor)) as Partial<Place>
    return filters && Number.isInteger(at) ? { filters, at: at ?? 0 } : undefined
  } catch {
    return undefined
  }
}

function only(item: object, fields: readonly string[]): object {
  return Object.fromEntries(Object.entries(item).filter(([name]) => fields.includes(name)))
}

function refusal(errors: object): Response {
  return json({ errors }, { status: 400 })
}
