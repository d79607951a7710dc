import { type Call, type EmulatorKit, type HttpMethod, json } from "@holdfast/emulator"
import { type Access, type Caller, requirePermission } from "./access.js"
import { type ParameterSpec, readParameters, type Values } from "./parameters.js"
import { badParameter, missing, StripeRefusal } from "./refusal.js"
import type { StripeObject } from "./world.js"

/** One endpoint of the API, as its reference documents it. */
export interface Endpoint {
  /** What the log and faults call it: `customers.create`. */
  readonly id: string
  /** What a restricted key needs. */
  readonly permission: string
  readonly parameters: ParameterSpec
  run(request: ApiRequest): object
}

export interface ApiRequest {
  readonly caller: Caller
  readonly values: Values
  /** The `{id}` of the path. */
  readonly id: string
}

const idempotencySeconds = 86_400

/**
 * Answers `METHOD /v1/…` as Stripe does: version, key, permission, parameters, and idempotency, in that order.
 * @see https://docs.stripe.com/api/idempotent_requests
 */
export function endpoints(kit: EmulatorKit, access: Access) {
  return (method: HttpMethod, path: string, endpoint: Endpoint): void =>
    kit.route(
      method,
      "https://api.stripe.com",
      path,
      async (call) => {
        const headers: Record<string, string> = { "request-id": kit.random.id("req_", 14) }
        try {
          return await answer(kit, access, endpoint, call, headers)
        } catch (error) {
          if (!(error instanceof StripeRefusal)) throw error
          call.note({ refusal: error.body.code ?? `${error.status}` })
          return error.toResponse(headers)
        }
      },
      { id: endpoint.id },
    )
}

async function answer(
  kit: EmulatorKit,
  access: Access,
  endpoint: Endpoint,
  call: Call,
  headers: Record<string, string>,
): Promise<Response> {
  headers["stripe-version"] = versionOf(call.request)
  const caller = access.callerOf(call.request)
  const onBehalf = call.request.headers.get("stripe-account")
  if (onBehalf !== null) headers["stripe-account"] = onBehalf
  requirePermission(caller, endpoint.permission)
  const pairs = call.request.method === "GET" ? [...call.url.searchParams] : await formOf(call)
  const request = { caller, values: readParameters(pairs, endpoint.parameters), id: call.params.id ?? "" }

  const key = call.request.method === "POST" ? call.request.headers.get("idempotency-key") : null
  if (key === null) return json(endpoint.run(request), { headers })
  headers["idempotency-key"] = key
  const { replies } = caller.mode
  const said = JSON.stringify([call.url.pathname, pairs.toSorted()])
  const known = replies.get(key)
  const isOld = known !== undefined && kit.clock.now() / 1000 - known.at > idempotencySeconds
  if (known && !isOld) {
    if (known.request !== said) {
      const message = `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`
      throw new StripeRefusal(400, { type: "idempotency_error", message })
    }
    return json(known.body, { status: known.status, headers: { ...headers, "idempotent-replayed": "true" } })
  }
  const at = kit.clock.now() / 1000
  try {
    const body = endpoint.run(request)
    replies.set(key, { request: said, status: 200, body, at })
    return json(body, { headers })
  } catch (error) {
    // What failed while it ran is kept as well; what was never run is not.
    if (error instanceof StripeRefusal && error.status === 402) {
      const body = { error: { type: "invalid_request_error", ...error.body } }
      replies.set(key, { request: said, status: error.status, body, at })
    }
    throw error
  }
}

function versionOf(request: Request): string {
  const version = request.headers.get("stripe-version") ?? "2026-10-28.endive"
  if (/^\d{4}-\d{2}-\d{2}(?:\.[a-z]+)?$/.test(version)) return version
  throw new StripeRefusal(400, { message: `Invalid Stripe API version: ${version}` })
}

async function formOf(call: Call): Promise<[string, string][]> {
  const form = await call.form()
  if (form) return [...form]
  if ((await call.text()) === "") return []
  throw new StripeRefusal(400, {
    message: "Invalid request (check that your POST content type is application/x-www-form-urlencoded).",
  })
}

/** Parameters of every list. @see https://docs.stripe.com/api/pagination */
export const page: ParameterSpec = { limit: "integer", starting_after: "string", ending_before: "string" }

/** A page of a list, newest first. */
export function listed(
  url: string,
  what: string,
  all: Iterable<StripeObject>,
  { limit = 10, starting_after, ending_before }: Values,
): object {
  const items = [...all].toReversed()
  if (typeof limit !== "number" || limit < 1) throw badParameter("limit", undefined, "This value must be at least 1.")
  if (limit > 100) throw badParameter("limit", undefined, "This value must be less than or equal to 100.")
  if (starting_after !== undefined && ending_before !== undefined) {
    throw badParameter(
      "ending_before",
      "parameters_exclusive",
      "Only one of starting_after and ending_before may be given.",
    )
  }
  const placeOf = (id: unknown, param: string) => {
    const at = items.findIndex((item) => item.id === id)
    if (at < 0) throw missing(what, String(id), param)
    return at
  }
  const before = ending_before === undefined ? undefined : placeOf(ending_before, "ending_before")
  const from =
    before === undefined
      ? starting_after === undefined
        ? 0
        : placeOf(starting_after, "starting_after") + 1
      : Math.max(0, before - limit)
  const data = items.slice(from, before ?? from + limit)
  const hasMore = before === undefined ? from + limit < items.length : from > 0
  return { object: "list", url, has_more: hasMore, data }
}
