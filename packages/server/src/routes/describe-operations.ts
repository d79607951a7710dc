import type { Connector } from "@holdfast/core"
import { z } from "zod"

/** What can be done with a connector, for pages and tools. Schemas of parameters are long, and given where they are asked for. */
export function describeOperations(connector: Connector, withSchemas: boolean) {
  return Object.entries(connector.operations).map(([name, { summary, effect, scopes, pages, input }]) => ({
    name,
    summary,
    effect,
    scopes,
    ...(pages && { pages: true }),
    ...(withSchemas && { input: jsonSchemaOf(input) }),
  }))
}

/** As callers write parameters, before defaults and coercion. What JSON Schema has no word for may be anything. */
function jsonSchemaOf(input: z.ZodType): unknown {
  return z.toJSONSchema(input, { io: "input", unrepresentable: "any" })
}
