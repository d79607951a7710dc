// https://developer.wordpress.org/advanced-administration/security/application-passwords/
import type { KnownCause } from "@holdfast/core"

const guide = "https://developer.wordpress.org/advanced-administration/security/application-passwords/"

/** What WordPress's codes ask people to do. @see https://make.wordpress.org/core/2020/11/05/application-passwords-integration-guide/ */
export const causes: readonly KnownCause[] = [
  {
    codes: ["incorrect_password", "invalid_username", "invalid_email"],
    cause: "application_password_gone",
    actor: "end_user",
    text: "The site does not take this user name and application password: the password was revoked, or the user is gone.",
    advice: "Connect the site again; a password of one's log-in does not do, an application password is needed.",
    link: guide,
  },
  {
    codes: ["application_passwords_disabled", "application_passwords_disabled_for_user"],
    cause: "application_passwords_off",
    actor: "end_user",
    text: "Application passwords are switched off at this site, or for this user: often by a security plugin, or for want of https.",
    advice: "Have whoever administers the site allow application passwords, then connect again if it still fails.",
    link: guide,
  },
  {
    codes: ["rest_not_logged_in"],
    cause: "nobody_signed_in",
    actor: "end_user",
    text: "The site saw nobody signed in: its server drops the Authorization header before WordPress sees it.",
    advice: "Have whoever runs the site's server hand the Authorization header on to WordPress.",
    link: "https://developer.wordpress.org/rest-api/frequently-asked-questions/",
  },
  {
    codes: [
      "rest_forbidden",
      "rest_forbidden_context",
      "rest_cannot_create",
      "rest_cannot_edit",
      "rest_cannot_edit_others",
      "rest_cannot_publish",
      "rest_cannot_read",
      "rest_cannot_delete",
      "rest_user_cannot_view",
    ],
    cause: "role_too_small",
    actor: "end_user",
    text: "The user's role at the site does not allow it, and a connection may never do more than its user.",
    advice: "Have an administrator of the site give the user another role, or connect as somebody who may.",
    link: "https://wordpress.org/documentation/article/roles-and-capabilities/",
  },
]
