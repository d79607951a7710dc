// https://mailchimp.com/developer/marketing/docs/errors/
import type { KnownCause } from "@holdfast/core"

/** What Mailchimp's titles ask people to do. @see https://mailchimp.com/developer/marketing/docs/errors/ */
export const causes: readonly KnownCause[] = [
  {
    codes: ["api_key_invalid"],
    cause: "key_or_token_revoked",
    actor: "end_user",
    text: "Mailchimp takes this key or token no more: it was revoked, or the account that made it is closed.",
    advice:
      "Connect the account again, with a new key from “Profile”, “Extras”, “API keys” where it is connected by one.",
    link: "https://admin.mailchimp.com/account/api/",
  },
  {
    codes: ["user_disabled"],
    cause: "account_disabled",
    actor: "end_user",
    text: "The Mailchimp account is switched off.",
    advice: "Have its owner log in to Mailchimp and settle what is open there.",
    link: "https://login.mailchimp.com/",
  },
  {
    codes: ["wrong_datacenter"],
    cause: "account_moved",
    actor: "end_user",
    text: "The account is in another data centre of Mailchimp's than the one that it was connected at.",
    advice: "Connect again: the account is then looked up where it is now.",
  },
  {
    codes: ["member_in_compliance_state", "forgotten_email_not_subscribed"],
    cause: "contact_must_subscribe",
    actor: "end_user",
    text: "This contact unsubscribed, bounced or was deleted for good, so that nobody but the contact can subscribe it again.",
    advice: "Have the contact sign up by a form of the audience.",
    link: "https://mailchimp.com/help/delete-contacts/",
  },
]
