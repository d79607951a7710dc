// https://learn.microsoft.com/en-us/graph/paging
import type { Call, HttpOptions } from "@holdfast/core"
import { type ZodType, z } from "zod"
import { graphUrl } from "./vendor.js"

/** One page of a collection. */
export function pageOf<Item extends ZodType>(item: Item) {
  return z.looseObject({
    value: z.array(item),
    /** Where the next page is; goes back as `nextLink`. */
    "@odata.nextLink": z.string().optional(),
  })
}

/** The address of a further page, as the page before it said. Nothing else of the parameters counts then. */
export const nextLink = z
  .string()
  .max(8_000)
  .refine((link) => link.startsWith(`${graphUrl}/`), "the @odata.nextLink of the page before")
  .optional()
  .describe("The @odata.nextLink of the page before")

/** Parameters that bring the page after this one. */
export function nextPage(result: { readonly "@odata.nextLink"?: string | undefined }) {
  const link = result["@odata.nextLink"]
  return link === undefined ? undefined : { nextLink: link }
}

/** The first page by path and query, a further one by its address. */
export function getPage<Out>(
  { http }: Call,
  link: string | undefined,
  path: string,
  options: HttpOptions<Out>,
): Promise<Out> {
  if (link === undefined) return http.get(path, options)
  const { output, headers } = options
  // The address is whole: holes in it would be read as a template's.
  return http.get(link.replaceAll("{", "%7B").replaceAll("}", "%7D"), {
    ...(output && { output }),
    ...(headers && { headers }),
  })
}

/** Ids that do not change when an item is moved. @see https://learn.microsoft.com/en-us/graph/outlook-immutable-id */
export const immutableIds = 'IdType="ImmutableId"'

/** An item's id, as Graph gave it. */
export const itemId = z.string().regex(/^[\w=+.:@-]{1,600}$/, "an id as Microsoft Graph gives it")

export const recipient = z.looseObject({
  emailAddress: z.looseObject({ name: z.string().nullish(), address: z.string().nullish() }).nullish(),
})
