import {
  type AuthenticatedToken,
  type AuthorizationServer,
  type Call,
  type EmulatorKit,
  type HttpMethod,
  json,
} from "@holdfast/emulator"
import type { JiraSite, JiraUser, JiraWorld } from "./world.js"

export const gateway = "https://api.atlassian.com"

/** Who calls, and where. */
export interface SiteCall extends Call {
  readonly site: JiraSite
  readonly token: AuthenticatedToken<JiraUser>
}

export type SiteRoute = (
  method: HttpMethod,
  path: string,
  scopes: readonly string[],
  answer: (call: SiteCall) => Response | Promise<Response>,
) => void

/** As the gateway in front of all sites refuses. */
function refused(code: number, message: string): Response {
  return json({ code, message }, { status: code })
}

/** As Jira refuses. @see https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/#error-responses */
export function wrong(
  status: number,
  messages: readonly string[],
  errors: Readonly<Record<string, string>> = {},
): Response {
  return json({ errorMessages: messages, errors }, { status })
}

/** The token of a call with all of these scopes, or the gateway's refusal. */
export function authenticated(
  oauth: AuthorizationServer<JiraUser>,
  call: Call,
  scopes: readonly string[],
): AuthenticatedToken<JiraUser> | Response {
  const token = oauth.inspect(call.request)
  if (token.is !== "live") return refused(401, "Unauthorized")
  call.note({ grantId: token.grant.id })
  if (!scopes.every((scope) => token.scopes.includes(scope))) return refused(401, "Unauthorized; scope does not match")
  return token
}

/** Routes below `/ex/jira/{cloudId}`, for those who allowed that site. */
export function siteRoutes(kit: EmulatorKit, oauth: AuthorizationServer<JiraUser>, { allowed }: JiraWorld): SiteRoute {
  return (method, path, scopes, answer) =>
    kit.route(
      method,
      gateway,
      `/ex/jira/{cloudId}/rest/api/3${path}`,
      (call) => {
        const token = authenticated(oauth, call, scopes)
        if (token instanceof Response) return token
        const site = token.account.data.sites.find(({ id }) => id === call.params.cloudId)
        if (!site || !allowed.has(`${token.account.id} ${site.id}`)) {
          return refused(403, "The app is not installed on this instance")
        }
        return answer({ ...call, site, token })
      },
      { id: `${method} ${path}` },
    )
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
