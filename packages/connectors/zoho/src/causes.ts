// https://www.zoho.com/books/api/v3/errors/
import type { KnownCause } from "@holdfast/core"

const clients = "https://api-console.zoho.com/"

/** What Zoho's codes ask people to do. @see https://www.zoho.com/accounts/protocol/oauth/multi-dc.html */
export const causes: readonly KnownCause[] = [
  {
    codes: ["57", "OAUTH_SCOPE_MISMATCH"],
    cause: "scope_or_role_missing",
    actor: "end_user",
    text: "The connection was made without a scope that this call needs, or the person's role in Zoho Books does not allow it.",
    advice:
      "Connect again and allow all; else have an administrator of the organization give the person a role that may.",
    link: "https://www.zoho.com/books/api/v3/oauth/",
  },
  {
    codes: ["6041"],
    cause: "not_in_the_organization",
    actor: "end_user",
    text: "The person is not, or no longer, a user of this organization in Zoho Books.",
    advice: "Have an administrator of the organization invite the person, or connect with another one.",
  },
  {
    codes: ["45"],
    cause: "plan_limit_used_up",
    actor: "provider",
    text: "The organization has used up the API calls that its plan has for a day.",
    advice: "Wait until the next day; a larger plan of Zoho Books has more.",
    link: "https://www.zoho.com/books/api/v3/introduction/#api-call-limit",
  },
  {
    codes: ["invalid_code"],
    when: ["refreshing"],
    cause: "refresh_token_pushed_out",
    actor: "end_user",
    text: "The refresh token was revoked, or pushed out: a person has at most twenty of one client, and the oldest goes.",
    advice: "Connect again; if that repeats, look for what connects the same person over and over.",
    link: "https://www.zoho.com/accounts/protocol/oauth/web-apps/access-token-expiry.html",
  },
  {
    codes: ["invalid_code"],
    when: ["connecting"],
    cause: "code_refused",
    actor: "end_user",
    text: "Zoho refuses the code of this sign-in: it was used before, took longer than two minutes, or is of another data centre.",
    advice: "Start connecting again.",
    link: "https://www.zoho.com/accounts/protocol/oauth/multi-dc.html",
  },
  {
    codes: ["invalid_client", "invalid_client_secret"],
    cause: "client_not_in_this_data_centre",
    actor: "developer",
    text: "Zoho does not know this client ID and secret in the person's data centre.",
    advice:
      "In the client's “Settings” switch the data centre on, and save its own secret here where it has one; else copy both again.",
    link: clients,
  },
]
