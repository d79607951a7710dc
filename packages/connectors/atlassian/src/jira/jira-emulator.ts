import {
  type AuthorizationServer,
  authorizationServer,
  createEmulator,
  type Delivery,
  type DeliverySignature,
  type Emulator,
  type EmulatorClock,
  type EmulatorKit,
  json,
  standardTokenBody,
} from "@holdfast/emulator"
import { jiraRest } from "./emulator/rest.js"
import { authenticated, gateway, siteRoutes } from "./emulator/site-route.js"
import { deliveryOf, jiraWebhooks, jwtSignature } from "./emulator/webhooks.js"
import { defaultUsers, first, type JiraUser, type JiraWorld, second, seededWorld } from "./emulator/world.js"

export type { JiraSite, JiraUser, JiraWorld } from "./emulator/world.js"
export { defaultUsers as defaultJiraUsers } from "./emulator/world.js"

/** The app that the stand-in knows unless told otherwise. */
export const jiraApp = {
  clientId: "Xk0p1emulatedAtlassianClientId00",
  clientSecret: "emulated-atlassian-secret-6d1f0b2c",
} as const

/** Ids of the two sites. */
export const jiraSites = { first: first.id, second: second.id } as const

/** What a test or a demo may choose. Every field has a default. */
export interface JiraEmulatorOptions {
  /** Default: {@link jiraApp}. */
  readonly app?: { readonly clientId?: string; readonly clientSecret?: string }
  /** Compared exactly. Default: one address at `https://app.example.com`. */
  readonly redirectUris?: readonly string[]
  /** Default: three people at two sites. */
  readonly users?: readonly JiraUser[]
  /** Default: a virtual clock. */
  readonly clock?: EmulatorClock
}

/** What tests hold in their hands. Read it again after `reset()`. */
export interface JiraProvider extends JiraWorld {
  readonly oauth: AuthorizationServer<JiraUser>
  /** Signs deliveries with the app's secret. `claims` stand over those of the JWT. */
  signature(claims?: Readonly<Record<string, unknown>>): DeliverySignature
  /** Which sites a person picks at the next consents. Default: all. */
  pick(accountId: string, cloudIds: readonly string[]): void
  /** An administrator takes the app away from a site. */
  remove(cloudId: string): void
  /** What Jira sends of an event: `jira:issue_created`, of an issue by its key. */
  event(name: string, issueKey?: string): Delivery
}

export type JiraEmulator = Emulator<JiraProvider>

/**
 * A strict stand-in for Atlassian's log-in and Jira Cloud, written from their documentation: token calls in JSON, refresh tokens for one
 * use with ten minutes of grace, 90 idle days and a year in all, sites to choose, scopes, and webhooks that end after thirty days.
 * @see https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/
 */
export function createJiraEmulator(options: JiraEmulatorOptions = {}): JiraEmulator {
  const app = { ...jiraApp, ...options.app }
  const users = options.users ?? defaultUsers
  return createEmulator<JiraProvider>({
    name: "jira",
    origins: ["https://auth.atlassian.com", gateway],
    ...(options.clock && { clock: options.clock }),
    setup(kit) {
      const world = seededWorld()
      const picks = new Map<string, readonly string[]>()
      const allow = ({ accountId, sites }: JiraUser) => {
        const picked = picks.get(accountId) ?? sites.map(({ id }) => id)
        for (const { id } of sites) if (picked.includes(id)) world.allowed.add(`${accountId} ${id}`)
      }
      const oauth = atlassianLogin(kit, app, users, allow, options.redirectUris)
      identity(kit, oauth, world)
      const route = siteRoutes(kit, oauth, world)
      jiraRest(route, world, kit.clock)
      jiraWebhooks(route, world, kit.clock)
      return {
        ...world,
        oauth,
        signature: (claims) => jwtSignature(app.clientSecret, claims),
        pick: (accountId, cloudIds) => void picks.set(accountId, cloudIds),
        remove(cloudId) {
          for (const one of [...world.allowed]) if (one.endsWith(` ${cloudId}`)) world.allowed.delete(one)
        },
        event(name, issueKey = "DEMO-1") {
          const issue = world.issues.find(({ key }) => key === issueKey)
          const sites = users.flatMap((user) => user.sites.map((site) => ({ user, site })))
          const where = sites.find(({ site }) => site.id === issue?.project.cloudId)
          if (!issue || !where) throw new Error(`there is no issue ${issueKey}`)
          return deliveryOf(world, { name, issue, ...where, at: kit.clock.now() })
        },
      }
    },
  })
}

const scopes = [
  ...["read:jira-work", "write:jira-work", "read:jira-user", "manage:jira-webhook"],
  ...["manage:jira-project", "manage:jira-configuration", "read:me", "offline_access"],
]
const yearMs = 365 * 86_400_000

/** @see https://developer.atlassian.com/cloud/oauth/getting-started/implementing-oauth-3lo/ */
function atlassianLogin(
  kit: EmulatorKit,
  app: { readonly clientId: string; readonly clientSecret: string },
  users: readonly JiraUser[],
  allow: (user: JiraUser) => void,
  redirectUris: readonly string[] = ["https://app.example.com/api/integrations/oauth/callback/jira"],
): AuthorizationServer<JiraUser> {
  return authorizationServer<JiraUser>(kit, {
    authorizationEndpoint: "https://auth.atlassian.com/authorize",
    tokenEndpoint: "https://auth.atlassian.com/oauth/token",
    clients: [{ ...app, redirectUris, name: "The app" }],
    accounts: users.map((data) => ({ id: data.accountId, label: data.name, data })),
    clientAuthentication: "post",
    tokenRequestFormat: "json",
    pkce: "optional",
    stateRequired: true,
    scopes,
    codeSeconds: 300,
    accessTokenSeconds: 3_600,
    refreshToken: {
      rotation: "single-use",
      reuse: { seconds: 600, after: "revokes-family" },
      idleDays: 90,
    },
    policy: ({ grant }) => (grant.scopes.includes("offline_access") ? {} : { refreshToken: "none" }),
    checkAuthorize({ parameters }) {
      const { audience, prompt } = parameters
      if (audience === "api.atlassian.com" && prompt === "consent") return undefined
      return { error: "invalid_request", description: "audience and prompt are required" }
    },
    checkToken({ grant }) {
      const isOver = grant && kit.clock.now() - grant.createdAt > yearMs
      return isOver
        ? { error: "invalid_grant", description: "Unknown or invalid refresh token.", status: 403 }
        : undefined
    },
    tokenResponse(answer) {
      if (answer.grantType === "authorization_code") allow(answer.account.data)
      return json(standardTokenBody(answer), { headers: { "cache-control": "no-store" } })
    },
    // https://developer.atlassian.com/cloud/oauth/getting-started/refresh-tokens/
    errorResponse({ error, status }) {
      if (error === "invalid_client") {
        return json({ error: "access_denied", error_description: "Unauthorized" }, { status: 401 })
      }
      const body =
        error === "invalid_grant" ? { error, error_description: "Unknown or invalid refresh token." } : { error }
      return json(body, { status: error === "invalid_grant" ? 403 : status })
    },
  })
}

/** Who is there, and where. @see https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/#3-1-get-the-cloudid-for-your-site */
function identity(kit: EmulatorKit, oauth: AuthorizationServer<JiraUser>, { allowed }: JiraWorld): void {
  kit.route("GET", gateway, "/me", (call) => {
    const token = authenticated(oauth, call, ["read:me"])
    if (token instanceof Response) return token
    const { accountId, name, email } = token.account.data
    return json({
      ...{ account_type: "atlassian", account_id: accountId, email, name, nickname: name, account_status: "active" },
      picture: "https://avatar.example/1",
    })
  })

  kit.route("GET", gateway, "/oauth/token/accessible-resources", (call) => {
    const token = authenticated(oauth, call, [])
    if (token instanceof Response) return token
    const ofJira = token.scopes.filter((scope) => scope.includes(":jira"))
    const sites = token.account.data.sites.filter(({ id }) => allowed.has(`${token.account.id} ${id}`))
    return json(
      sites.map(({ id, name, url }) => ({ id, name, url, scopes: ofJira, avatarUrl: "https://avatar.example/site" })),
    )
  })
}
