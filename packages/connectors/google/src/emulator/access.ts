import { type Call, type EmulatedAccount, type EmulatorKit, type HttpMethod, json } from "@holdfast/emulator"
import type { GoogleAccount } from "./accounts.js"
import { challenge, type ErrorStyle, type Refused, refuse } from "./errors.js"
import { type GoogleOAuth, scopesOf } from "./oauth.js"
import { methodScopes, type ScopedMethod } from "./scopes.js"

/** One of Google's APIs. */
export interface Service {
  /** As the console names it: `sheets.googleapis.com`. */
  readonly name: string
  readonly title: string
  readonly origin: string
  readonly style: ErrorStyle
}

/** Who calls, and with what permissions. */
export interface Caller {
  readonly account: EmulatedAccount<GoogleAccount>
  readonly scopes: readonly string[]
}

export interface ApiMethod {
  readonly service: Service
  /** What the API calls it, for the log and for faults: `sheets.spreadsheets.values.append`. */
  readonly id: string
  readonly method: HttpMethod
  readonly path: string
  readonly scopes: ScopedMethod
  answer(call: Call, caller: Caller): Answer | Promise<Answer>
}

/** What a method comes to. */
export type Answer = { readonly body: unknown } | { readonly refused: Refused }

export interface ApiAccess {
  /** Registers a method: token, then whether the project has the API, then scopes, then the method itself. */
  add(method: ApiMethod): void
  /** Names of services that the project has not enabled. */
  readonly disabled: Set<string>
}

/** What stands before every API. */
export function apiAccess(kit: EmulatorKit, oauth: GoogleOAuth, disabledServices: readonly string[]): ApiAccess {
  const disabled = new Set(disabledServices)
  return {
    disabled,
    add({ service, id, method, path, scopes, answer }) {
      const { style } = service
      kit.route(
        method,
        service.origin,
        path,
        async (call) => {
          const inspected = oauth.inspect(call.request)
          if (inspected.is !== "live") return refuse(style, unauthenticated(style))
          if (disabled.has(service.name)) return refuse(style, serviceDisabled(service))
          const granted = scopesOf(oauth, inspected.grant, inspected.scopes)
          const allowed: readonly string[] = methodScopes[scopes]
          if (!granted.some((scope) => allowed.includes(scope))) return scopeInsufficient(service, id)
          const answered = await answer(call, { account: inspected.account, scopes: granted })
          return "refused" in answered ? refuse(style, answered.refused) : json(answered.body)
        },
        { id },
      )
    },
  }
}

function unauthenticated(style: ErrorStyle): Refused {
  return {
    code: 401,
    message:
      style === "list"
        ? "Invalid Credentials"
        : "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.",
    status: "UNAUTHENTICATED",
    reason: "authError",
    location: "Authorization",
    locationType: "header",
  }
}

function serviceDisabled({ name, title }: Service): Refused {
  return {
    code: 403,
    message: `${title} has not been used in project 000000000000 before or it is disabled.`,
    status: "PERMISSION_DENIED",
    reason: "accessNotConfigured",
    domain: "usageLimits",
    detail: { reason: "SERVICE_DISABLED", metadata: { service: name, consumer: "projects/000000000000" } },
  }
}

function scopeInsufficient({ style, name }: Service, method: string): Response {
  const answer = refuse(style, {
    code: 403,
    message: "Request had insufficient authentication scopes.",
    status: "PERMISSION_DENIED",
    reason: "insufficientPermissions",
    detail: { reason: "ACCESS_TOKEN_SCOPE_INSUFFICIENT", metadata: { method, service: name } },
  })
  answer.headers.set("www-authenticate", challenge("insufficient_scope"))
  return answer
}
