// https://www.rfc-editor.org/rfc/rfc5530 and https://www.rfc-editor.org/rfc/rfc3463
import type { KnownCause } from "@holdfast/core"
import { refusedCode } from "./errors.js"

/** Answers of mail servers. */
const servers: readonly KnownCause[] = [
  {
    codes: [refusedCode],
    cause: "mail_sign_in_refused",
    actor: "end_user",
    text: "The mail servers do not take this password or sign-in.",
    advice:
      "Look whether IMAP is still allowed for the account, make a new app password where the provider has them, and connect again.",
    link: "https://support.google.com/mail/answer/185833",
  },
  {
    codes: ["CONTACTADMIN"],
    cause: "ask_the_mail_administrator",
    actor: "end_user",
    text: "The mail server keeps this account out until an administrator has acted.",
    advice: "Have the person ask whoever runs their mail, then try again.",
  },
  {
    codes: ["OVERQUOTA"],
    cause: "mailbox_full",
    actor: "end_user",
    text: "The mailbox is full.",
    advice: "Have the person delete messages or get more room.",
  },
  {
    codes: ["5.1.1", "5.1.10"],
    cause: "recipient_unknown",
    actor: "developer",
    text: "There is no mailbox at the address that was written to.",
    advice: "Check the address; the same message fails again.",
  },
]

/** Answers of the token endpoints of Google and Microsoft. */
const signIns: readonly KnownCause[] = [
  {
    codes: ["admin_policy_enforced"],
    cause: "blocked_by_workspace_admin",
    actor: "end_user",
    text: "An administrator of the person's Google Workspace does not let this app read mail.",
    advice:
      "Have the administrator trust the app's client ID under “Security”, “API controls” of the Admin console, then connect again.",
    link: "https://developers.google.com/identity/protocols/oauth2/web-server#authorization-errors-admin-policy-enforced",
  },
  {
    codes: ["interaction_required"],
    cause: "second_factor_required",
    actor: "end_user",
    text: "The organisation asks for a further proof of identity, which only the person can give.",
    advice: "Connect again and complete the sign-in.",
    link: "https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes",
  },
]

/** What the codes of mail servers, and of the two providers to sign in at, ask people to do. */
export const causes: readonly KnownCause[] = [...servers, ...signIns]
