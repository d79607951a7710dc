import type { Http } from "@holdfast/core"
import { type ZodType, z } from "zod"

/** One GraphQL request. Queries may be sent again after an answer was lost; mutations may not. */
export async function graphql<Data>(
  http: Http,
  path: string,
  { query, variables, data }: { query: string; variables?: Readonly<Record<string, unknown>>; data: ZodType<Data> },
): Promise<Data> {
  const json = { query, ...(variables && { variables }) }
  const idempotent = !query.trimStart().startsWith("mutation")
  const answer = await http.post(path, { json, idempotent, output: z.looseObject({ data: z.unknown() }) })
  return data.parse(answer.data)
}
