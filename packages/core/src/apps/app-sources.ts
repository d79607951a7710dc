import type { Connector } from "../connector.js"

/** Names of environment variables, read at first use: `process.env`, or what the host hands in where there is none. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Fields of a registration, whole enough to be used. */
export type AppFields = Readonly<Record<string, string>>

/** `acmeSheets`, `client-id` → `ACME_SHEETS`, `CLIENT_ID`. */
export function environmentName(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll("-", "_")
    .toUpperCase()
}

/** What the environment says under a prefix: `ACME_CLIENT_ID`; `_PREVIOUS` is the secret before, kept while the provider still takes it. */
export function fromEnvironment(connector: Connector, prefix: string, env: Environment): AppFields[] {
  const { app } = connector
  if (!app) return []
  const read = (suffix: string) => {
    const found = app.fields.map(
      (field) =>
        [
          field.name,
          env[`${environmentName(prefix)}_${environmentName(field.name)}${field.secret ? suffix : ""}`],
        ] as const,
    )
    return Object.fromEntries(found.filter((entry): entry is readonly [string, string] => !!entry[1]))
  }
  const current = read("")
  const previous = app.fields.some(
    (field) => field.secret && env[`${environmentName(prefix)}_${environmentName(field.name)}_PREVIOUS`],
  )
    ? { ...current, ...read("_PREVIOUS") }
    : undefined
  return [current, previous].filter((fields) => fields !== undefined && isWhole(connector, fields)) as AppFields[]
}

/** Whether a registration has all that its connector requires. */
export function isWhole(connector: Connector, fields: AppFields): boolean {
  return connector.app?.schema.safeParse(fields).success === true
}

/** The field that identifies the app at its vendor. */
export function identityField(connector: Connector): string {
  return connector.app?.identity ?? "clientId"
}
