// https://developer.zendesk.com/api-reference/ticketing/oauth/grant_type_tokens/
import type { KnownCause } from "@holdfast/core"

/** What Zendesk's codes ask people to do. @see https://developer.zendesk.com/api-reference/introduction/requests/ */
export const causes: readonly KnownCause[] = [
  {
    codes: ["Forbidden"],
    cause: "role_too_small",
    actor: "end_user",
    text: "The person's role in this Zendesk account, or what the connection was granted, does not allow it.",
    advice: "Have an administrator of the account give the person a role that may, or connect as somebody who has one.",
  },
  {
    codes: ["invalid_grant"],
    when: ["refreshing"],
    cause: "refresh_token_spent",
    actor: "end_user",
    text: "Zendesk takes a refresh token once and for as long as was asked for, and this one was used, is too old or was deleted.",
    advice: "Connect again; if another program refreshes the same token, stop it.",
    link: "https://developer.zendesk.com/api-reference/ticketing/oauth/grant_type_tokens/",
  },
  {
    codes: ["invalid_client"],
    cause: "client_not_of_this_account",
    actor: "developer",
    text: "The OAuth client's identifier or secret is wrong, or the client belongs to another Zendesk account and is not a global one.",
    advice:
      "Compare both under “OAuth Clients” in the Admin Center; to connect accounts of others, ask Zendesk for a global OAuth client.",
    link: "https://support.zendesk.com/hc/en-us/articles/4408845965210-Using-OAuth-authentication-with-your-application",
  },
]
