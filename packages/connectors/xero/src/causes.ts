// https://developer.xero.com/documentation/api/accounting/responsecodes
import type { KnownCause } from "@holdfast/core"

const apps = "https://developer.xero.com/app/manage"

/** What Xero's codes ask people to do. @see https://developer.xero.com/documentation/guides/oauth2/auth-flow */
export const causes: readonly KnownCause[] = [
  {
    codes: ["AuthenticationUnsuccessful:403"],
    cause: "organisation_disconnected",
    actor: "end_user",
    text: "This organisation is not among those that the person has connected, or was disconnected in Xero.",
    advice: "Connect again and choose the organisation at Xero, or name another one in the call.",
    link: "https://developer.xero.com/documentation/guides/oauth2/tenants",
  },
  {
    codes: ["AuthorizationUnsuccessful"],
    cause: "scope_not_granted",
    actor: "end_user",
    text: "The connection was made without a scope that this call needs.",
    advice: "Connect again, so that Xero asks for all of them.",
    link: "https://developer.xero.com/documentation/guides/oauth2/scopes",
  },
  {
    codes: ["OrganisationOfflineException"],
    cause: "organisation_offline",
    actor: "provider",
    text: "Xero cannot reach this organisation for the moment.",
    advice: "Wait: it is there again by itself.",
  },
  {
    codes: ["day"],
    cause: "daily_limit_used_up",
    actor: "provider",
    text: "The calls that this app may make of the organisation in a day are used up.",
    advice:
      "Wait as long as Xero asks, which may be until tomorrow; let events say what has changed instead of asking for all.",
    link: "https://developer.xero.com/documentation/guides/oauth2/limits",
  },
  {
    codes: ["invalid_grant"],
    when: ["refreshing"],
    cause: "refresh_token_spent",
    actor: "end_user",
    text: "Xero takes a refresh token once and for 60 days, and this one was used, is too old or was revoked.",
    advice: "Connect again; if another program refreshes the same token, stop it.",
    link: "https://developer.xero.com/documentation/guides/oauth2/auth-flow",
  },
  {
    codes: ["invalid_client"],
    cause: "app_keys_wrong",
    actor: "developer",
    text: "Xero does not know this client id and secret.",
    advice: "Copy the client id again under “Configuration”, generate a secret, and save both.",
    link: apps,
  },
  {
    codes: ["unauthorized_client"],
    cause: "app_may_not_ask",
    actor: "developer",
    text: "Xero does not let this client id ask in this way: it is wrong, or the app is not of the type “Web app”.",
    advice: "Compare the client id and the type of the app, and its redirect URIs.",
    link: apps,
  },
]
