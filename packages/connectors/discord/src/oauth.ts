import { type OAuth2Options, oauth2 } from "@holdfast/core"

/** A name is required of every client. @see https://discord.com/developers/docs/reference#user-agent */
export const apiHeaders = { "user-agent": "DiscordBot (https://www.npmjs.com/package/@holdfast/discord, 0.1.0)" }

/** Forms only, at both endpoints. @see https://discord.com/developers/docs/topics/oauth2#shared-resources-oauth2-urls */
const common = {
  authorizationEndpoint: "https://discord.com/oauth2/authorize",
  tokenEndpoint: "https://discord.com/api/oauth2/token",
  tokenRequestHeaders: apiHeaders,
  clientAuthentication: "basic",
  policy: {
    // https://github.com/discord/discord-api-docs/issues/5942
    rotation: "single-use",
    // Whichever token is shown, all of the authorization end: https://discord.com/developers/docs/topics/oauth2#authorization-code-grant
    revokes: "grant",
    accessTokenSeconds: 604_800,
  },
} satisfies Omit<OAuth2Options, "scopes">

/** On behalf of a person. @see https://discord.com/developers/docs/topics/oauth2#authorization-code-grant */
export const person = oauth2({
  ...common,
  id: "oauth",
  label: "Connect as a person",
  scopes: ["identify", "guilds"],
  alwaysScopes: ["identify"],
  revocationEndpoint: "https://discord.com/api/oauth2/token/revoke",
})

/**
 * Adds the bot to a server. A scope beside `bot` and `applications.commands` makes Discord come back with a code, whose answer proves the server.
 * @see https://discord.com/developers/docs/topics/oauth2#advanced-bot-authorization
 */
export function botAuthorization(permissions: string) {
  return oauth2({
    ...common,
    id: "bot",
    label: "Add the bot to a server",
    scopes: ["bot", "applications.commands", "identify"],
    alwaysScopes: ["bot", "identify"],
    authorizationParameters: { permissions, integration_type: "0" },
  })
}
