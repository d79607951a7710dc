import type { Call } from "../contract.js"
import type { OAuthRefusal } from "./model.js"
import type { AuthorizationServerOptions } from "./options.js"
import { refusal } from "./refusal.js"

/** Parameters of a request, each at most once; empty ones count as absent (RFC 6749 3.1). */
export type Parameters = Readonly<Record<string, string>>

/** Either the parameters, or why they cannot be read. */
export type ReadParameters = { parameters: Parameters } | { refusal: OAuthRefusal }

const standard = new Set(
  (
    "response_type client_id redirect_uri scope state code_challenge code_challenge_method prompt response_mode nonce " +
    "grant_type code code_verifier refresh_token client_secret token token_type_hint"
  ).split(" "),
)

/** Reads a query or a form. */
export function readPairs(where: OAuthRefusal["where"], pairs: Iterable<[string, string]>): ReadParameters {
  const parameters: Record<string, string> = {}
  const seen = new Set<string>()
  for (const [name, value] of pairs) {
    if (seen.has(name)) return { refusal: refusal(where, "parameter_repeated", `${name} was sent more than once`) }
    seen.add(name)
    if (value !== "") parameters[name] = value
  }
  return { parameters }
}

/** Reads the body of a token or revocation request, in the format that the provider takes. */
export async function readBody(
  where: "token" | "revocation",
  call: Call,
  format: AuthorizationServerOptions["tokenRequestFormat"] = "form",
  queryToo = false,
): Promise<ReadParameters> {
  const query = queryToo ? [...call.url.searchParams] : []
  if (queryToo && (await call.bytes()).length === 0) return readPairs(where, query)
  const form = format === "json" ? undefined : await call.form()
  if (form) return readPairs(where, [...query, ...form])
  const body = format === "form" ? undefined : await call.json()
  if (isRecord(body)) return readPairs(where, [...query, ...scalars(body)])
  const wanted = { form: "application/x-www-form-urlencoded", json: "application/json", either: "a form or JSON" }[
    format
  ]
  return { refusal: refusal(where, "content_type", `the body must be ${wanted}`) }
}

/** Refuses parameters that neither the standard nor the provider knows, when the provider lists its own. */
export function unknownParameter(
  where: OAuthRefusal["where"],
  parameters: Parameters,
  extra: readonly string[] | undefined,
): OAuthRefusal | undefined {
  if (!extra) return undefined
  const unknown = Object.keys(parameters).find((name) => !standard.has(name) && !extra.includes(name))
  return unknown === undefined ? undefined : refusal(where, "parameter_unknown", `${unknown} is not a parameter here`)
}

function* scalars(body: Record<string, unknown>): Iterable<[string, string]> {
  for (const [name, value] of Object.entries(body)) {
    if (typeof value === "string") yield [name, value]
    else if (typeof value === "number" || typeof value === "boolean") yield [name, String(value)]
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
