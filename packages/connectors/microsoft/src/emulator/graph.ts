import { type Call, type EmulatedAccount, type EmulatorKit, type HttpMethod, json } from "@holdfast/emulator"
import { type MicrosoftAccount, personalTenantId } from "./accounts.js"
import type { Entra } from "./entra.js"
import { methodScopes, type ScopedMethod, shortName } from "./scopes.js"

export const graphOrigin = "https://graph.microsoft.com"

/** A refusal of Graph's. @see https://learn.microsoft.com/en-us/graph/errors */
export interface GraphRefusal {
  readonly status: number
  readonly code: string
  readonly message: string
}

/** What a method comes to. `status` without a body is an empty answer. */
export type GraphAnswer = { readonly status?: number; readonly body?: unknown } | { readonly refused: GraphRefusal }

interface GraphMethod {
  /** For the log and for faults: `me.sendMail`. */
  readonly id: string
  readonly method: HttpMethod
  /** Below `/v1.0`. */
  readonly path: string
  readonly scopes: ScopedMethod
  /** Closed to personal accounts. */
  readonly workOnly?: boolean
  answer(
    call: Call,
    account: EmulatedAccount<MicrosoftAccount>,
    scopes: readonly string[],
  ): GraphAnswer | Promise<GraphAnswer>
}

export interface Graph {
  /** Registers a method: token, then permissions, then the method itself. */
  add(method: GraphMethod): void
  readonly kit: EmulatorKit
}

/** Microsoft Graph, as far as all methods share it. */
export function graphApi(kit: EmulatorKit, oauth: Entra): Graph {
  const refuse = ({ status, code, message }: GraphRefusal, headers: Record<string, string> = {}) => {
    const requestId = kit.random.uuid()
    const date = new Date(kit.clock.now()).toISOString().slice(0, 19)
    const innerError = { date, "request-id": requestId, "client-request-id": requestId }
    return json({ error: { code, message, innerError } }, { status, headers: { "request-id": requestId, ...headers } })
  }
  const challenge = `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"`

  kit.notFound((call) =>
    call.url.origin === graphOrigin
      ? refuse({ status: 400, code: "BadRequest", message: "Resource not found for the segment." })
      : json({ error: "not_found" }, { status: 404 }),
  )

  return {
    kit,
    add({ id, method, path, scopes, workOnly, answer }) {
      kit.route(
        method,
        graphOrigin,
        `/v1.0${path}`,
        async (call) => {
          const inspected = oauth.inspect(call.request)
          if (inspected.is !== "live") {
            const message =
              inspected.is === "missing"
                ? "Access token is empty."
                : "Lifetime validation failed, the token is expired."
            return refuse(
              { status: 401, code: "InvalidAuthenticationToken", message },
              { "www-authenticate": challenge },
            )
          }
          const { account } = inspected
          const granted = inspected.scopes.map(shortName)
          const allowed: readonly string[] = methodScopes[scopes]
          if (!granted.some((scope) => allowed.includes(scope))) return refuse(missingScope(scopes, allowed))
          if (workOnly && account.data.tenantId === personalTenantId)
            return refuse({ status: 403, code: "Forbidden", message: "Not supported for MSA accounts." })
          const answered = await answer(call, account, granted)
          if ("refused" in answered) return refuse(answered.refused)
          const { status = 200, body } = answered
          return body === undefined ? new Response(null, { status }) : json(body, { status })
        },
        { id },
      )
    },
  }
}

/** Each service says it in its own way. */
function missingScope(scopes: ScopedMethod, allowed: readonly string[]): GraphRefusal {
  if (scopes === "user.read")
    return {
      status: 403,
      code: "Authorization_RequestDenied",
      message: "Insufficient privileges to complete the operation.",
    }
  if (/^(mail|calendar)/.test(scopes))
    return { status: 403, code: "ErrorAccessDenied", message: "Access is denied. Check credentials and try again." }
  const list = allowed.map((name) => `'${name}'`).join(", ")
  return {
    status: 403,
    code: "Forbidden",
    message: `Missing scope permissions on the request. API requires one of ${list}.`,
  }
}

export function badRequest(message: string, code = "BadRequest"): { readonly refused: GraphRefusal } {
  return { refused: { status: 400, code, message } }
}

export const itemNotFound: { readonly refused: GraphRefusal } = {
  refused: { status: 404, code: "ErrorItemNotFound", message: "The specified object was not found in the store." },
}

/**
 * One page of a collection, and the whole address of the next one.
 * @see https://learn.microsoft.com/en-us/graph/paging
 */
export function paged(
  { url }: Call,
  items: readonly object[],
  { size: standard, most, token = "$skip" }: { readonly size: number; readonly most: number; readonly token?: string },
): GraphAnswer {
  const query = url.searchParams
  const size = query.has("$top") ? Number(query.get("$top")) : standard
  if (!Number.isInteger(size) || size < 1 || size > most)
    return badRequest(`Invalid value '${query.get("$top")}' for $top query option found.`)
  const from = Number(query.get(token) ?? 0)
  const next = new URL(url)
  next.searchParams.set(token, String(from + size))
  const select = query.get("$select")?.split(",")
  return {
    body: {
      "@odata.context": `${graphOrigin}/v1.0/$metadata#collection`,
      value: items.slice(from, from + size).map((item) => selected(item, select)),
      ...(items.length > from + size && { "@odata.nextLink": next.href }),
    },
  }
}

/** Only the properties that were asked for; the id always comes. */
export function selected(item: object, select: readonly string[] | undefined): object {
  if (!select) return item
  return Object.fromEntries(Object.entries(item).filter(([name]) => name === "id" || select.includes(name)))
}
