import {
  type AuthorizationServer,
  authorizationServer,
  type EmulatedAccount,
  type EmulatorKit,
  type IssuedTokens,
  json,
  type OAuthRefusalReason,
  type TokenAnswer,
} from "@holdfast/emulator"
import { knownBotScopes, knownUserScopes } from "./scopes.js"
import type { SlackWorkspace } from "./workspace.js"

/** Somebody who can install the app: a member of a workspace. */
export interface Installer {
  readonly workspace: SlackWorkspace
  readonly userId: string
  /** Installs for the whole Enterprise organisation. */
  readonly isEnterpriseInstall: boolean
}

export interface InstallationOptions {
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUris: readonly string[]
  readonly appId: string
  readonly tokenRotation: boolean
  readonly accounts: readonly EmulatedAccount<Installer>[]
}

/** Installing: consent, tokens, their rotation, and what ends them. */
export interface Installations {
  readonly oauth: AuthorizationServer<Installer>
  /** Ends one token; with rotation also the refresh token that was issued with it. Answers whether there was one. */
  revoke(accessToken: string): boolean
}

/**
 * Slack's authorization server: bot and user tokens in one answer, each with its own refresh token, errors with HTTP 200.
 * @see https://docs.slack.dev/authentication/installing-with-oauth
 * @see https://docs.slack.dev/authentication/using-token-rotation
 * @see https://docs.slack.dev/reference/methods/oauth.v2.access
 */
export function installations(kit: EmulatorKit, options: InstallationOptions): Installations {
  const { tokenRotation } = options
  const lasting = new Map<string, string>()
  const newestRefreshToken = new Map<string, string>()
  const refreshKey = (grantId: string, slot: string) => `${grantId} ${slot}`

  const oauth: AuthorizationServer<Installer> = authorizationServer<Installer>(kit, {
    authorizationEndpoint: "https://slack.com/oauth/v2/authorize",
    tokenEndpoint: "https://slack.com/api/oauth.v2.access",
    clients: [
      {
        clientId: options.clientId,
        clientSecret: options.clientSecret,
        redirectUris: options.redirectUris,
        name: "The app",
      },
    ],
    accounts: options.accounts,
    clientAuthentication: "either",
    tokenRequestFormat: "either",
    pkce: "none",
    responseTypeRequired: false,
    grantTypeRequired: false,
    scopes: knownBotScopes,
    defaultScopes: [],
    scopeSeparator: ",",
    codeSeconds: 600,
    accessTokenSeconds: tokenRotation ? 43_200 : "never",
    refreshToken: tokenRotation ? { rotation: "single-use", reuse: "refused" } : "none",
    accountsFor: ({ team }) => options.accounts.filter(({ data }) => team === undefined || data.workspace.id === team),
    checkAuthorize({ parameters }) {
      const userScopes = listed(parameters.user_scope)
      const unknown = userScopes.find((scope) => !knownUserScopes.includes(scope))
      if (unknown !== undefined) return { error: "invalid_scope", description: `there is no user scope "${unknown}"` }
      if (userScopes.length === 0 && listed(parameters.scope).length === 0) {
        return { error: "invalid_scope", description: "neither scope nor user_scope asks for anything" }
      }
      return undefined
    },
    slots(grant) {
      const userScopes = listed(grant.parameters.user_scope)
      return [
        ...(grant.scopes.length > 0 ? [{ id: "bot" }] : []),
        ...(userScopes.length > 0 ? [{ id: "user", scopes: userScopes }] : []),
      ]
    },
    tokenValue({ kind, grant, slot, random }) {
      if (kind === "code") return `${digits(random, 0)}.${digits(random, 12)}.${random}`
      if (kind === "refresh") return `xoxe-1-${random}`
      const prefix = slot === "bot" ? "xoxb" : "xoxp"
      if (tokenRotation) return `xoxe.${prefix}-1-${random}`
      // Without rotation an app has one bot token in a workspace and one token of each person: installing again shows it again.
      const { workspace, userId } = grant.account.data
      const whose = slot === "bot" ? workspace.id : userId
      const known = lasting.get(`${grant.clientId} ${slot} ${whose}`)
      if (known !== undefined && oauth.inspectToken(known).is === "live") return known
      const value = `${prefix}-${random}`
      lasting.set(`${grant.clientId} ${slot} ${whose}`, value)
      return value
    },
    tokenResponse(answer) {
      for (const { slot, refreshToken } of answer.tokens) {
        if (refreshToken !== undefined) newestRefreshToken.set(refreshKey(answer.grant.id, slot), refreshToken)
      }
      return json(answer.grantType === "refresh_token" ? refreshed(answer) : installed(answer))
    },
    errorResponse: ({ reason }) => json({ ok: false, error: errors[reason] ?? "invalid_arguments" }),
  })

  function installed(answer: TokenAnswer<Installer>): object {
    if (!tokenRotation) endSupersededGrants(answer)
    const of = (slot: string) => answer.tokens.find((tokens) => tokens.slot === slot)
    const [bot, user] = [of("bot"), of("user")]
    const { userId } = answer.account.data
    return {
      ok: true,
      app_id: options.appId,
      authed_user: { id: userId, ...(user && { ...tokenFields(user), token_type: "user" }) },
      ...(bot && { ...tokenFields(bot), token_type: "bot", bot_user_id: answer.account.data.workspace.bot.userId }),
      ...place(answer.account.data),
    }
  }

  function refreshed(answer: TokenAnswer<Installer>): object {
    const isBot = answer.main.slot === "bot"
    return {
      ok: true,
      app_id: options.appId,
      ...tokenFields(answer.main),
      token_type: isBot ? "bot" : "user",
      ...(isBot && { bot_user_id: answer.account.data.workspace.bot.userId }),
      ...place(answer.account.data),
    }
  }

  // The same token value now belongs to the newer grant.
  function endSupersededGrants({ grant, account }: TokenAnswer<Installer>): void {
    for (const older of oauth.grants()) {
      const isSame = older.clientId === grant.clientId && older.account.id === account.id && older.id !== grant.id
      if (isSame) oauth.revokeGrant(older.id, "superseded_by_reconsent")
    }
  }

  return {
    oauth,
    revoke(accessToken) {
      const found = oauth.inspectToken(accessToken)
      if (found.is !== "live") return false
      const refreshToken = newestRefreshToken.get(refreshKey(found.grant.id, found.slot))
      const isRevoked = oauth.revokeToken(refreshToken ?? accessToken, "token")
      if (isRevoked) kit.countRevocation()
      return isRevoked
    },
  }
}

function tokenFields({ accessToken, expiresIn, refreshToken, scope }: IssuedTokens): object {
  return {
    scope,
    access_token: accessToken,
    ...(expiresIn !== undefined && { expires_in: expiresIn }),
    ...(refreshToken !== undefined && { refresh_token: refreshToken }),
  }
}

function place({ workspace, isEnterpriseInstall }: Installer): object {
  return {
    team: isEnterpriseInstall ? null : { id: workspace.id, name: workspace.name },
    enterprise: workspace.enterprise ?? null,
    is_enterprise_install: isEnterpriseInstall,
  }
}

const errors: Partial<Record<OAuthRefusalReason, string>> = {
  client_unknown: "invalid_client_id",
  client_secret_wrong: "bad_client_secret",
  client_authentication_missing: "bad_client_secret",
  client_authentication_method: "bad_client_secret",
  code_unknown: "invalid_code",
  code_expired: "invalid_code",
  code_used: "invalid_code",
  code_foreign: "invalid_code",
  redirect_uri_mismatch: "bad_redirect_uri",
  grant_type: "invalid_grant_type",
  refresh_token_unknown: "invalid_refresh_token",
  refresh_token_expired: "invalid_refresh_token",
  refresh_token_used: "invalid_refresh_token",
  refresh_token_revoked: "invalid_refresh_token",
  refresh_token_foreign: "invalid_refresh_token",
}

function listed(scopes: string | undefined): string[] {
  return (scopes ?? "")
    .split(",")
    .map((scope) => scope.trim())
    .filter((scope) => scope !== "")
}

function digits(random: string, from: number): string {
  return Array.from(random.slice(from, from + 12), (character) => character.charCodeAt(0) % 10).join("")
}
