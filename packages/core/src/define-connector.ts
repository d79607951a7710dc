import type { Connector, OperationMap } from "./connector.js"

/** Facts of a registration given in code, by the names of the connector's app fields. */
export type AppOptions = Readonly<Record<string, string | undefined>>

type Definition<Id extends string, Operations extends OperationMap, Client, Tokens extends "bearer" | "none"> = Omit<
  Connector<Id, Operations, Client, Tokens>,
  "options"
>

/**
 * Describes a provider and answers its factory: `acme()` or `acme({ clientId, clientSecret })`.
 * Options are the fields of an app registration; without them the environment is read at first use (`ACME_CLIENT_ID`).
 *
 * A description that depends on options which are no fields of the app (scopes, versions, names) is a function of them; each has a default
 * there, since the factory may be called without any:
 * ```ts
 * const define = defineConnector(({ scopes = ["read"] }: AcmeOptions) => ({ id: "acme", ... }))
 * ```
 *
 * Give the factory's result a named interface, so that declarations of programs that use it stay short:
 * ```ts
 * const define = defineConnector({ id: "acme", ... })
 * export interface AcmeConnector extends ReturnType<typeof define> {}
 * export const acme: (options?: AcmeOptions) => AcmeConnector = define
 * ```
 */
export function defineConnector<
  const Id extends string,
  Operations extends OperationMap,
  Client = unknown,
  const Tokens extends "bearer" | "none" = "bearer",
  Options extends object = AppOptions,
>(
  described:
    | Definition<Id, Operations, Client, Tokens>
    | ((options: Options) => Definition<Id, Operations, Client, Tokens>),
): (options?: Options) => Connector<Id, Operations, Client, Tokens> {
  return (options) => {
    // Each option has a default in the function that describes.
    const definition = typeof described === "function" ? described(options ?? ({} as Options)) : described
    return Object.freeze({ ...definition, ...(options && { options: appFields(definition, options) }) })
  }
}

/** Of all options, those that are fields of the app registration. */
function appFields({ app }: Pick<Connector, "app">, options: object): Record<string, string> {
  const names = new Set(app?.fields.map(({ name }) => name))
  const given = Object.entries(options).map(([name, value]) => [
    name,
    typeof value === "number" ? String(value) : value,
  ])
  return Object.fromEntries(
    given.filter(([name, value]) => names.has(name) && typeof value === "string" && value !== ""),
  )
}
