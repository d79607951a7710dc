// https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
import type { KnownCause } from "@holdfast/core"

const settings = "https://github.com/settings/apps"

/** What GitHub's codes, and those we read of its headers, ask people to do. */
export const causes: readonly KnownCause[] = [
  {
    codes: ["sso_required"],
    cause: "single_sign_on_required",
    actor: "end_user",
    text: "The organisation wants this token authorised through its single sign-on first.",
    advice: "Sign in to the organisation through its identity provider, then connect again.",
    link: "https://docs.github.com/en/enterprise-cloud@latest/apps/using-github-apps/saml-and-github-apps",
  },
  {
    codes: ["permission_required"],
    cause: "app_permission_missing",
    actor: "developer",
    text: "The GitHub App, or the person it acts for, lacks the permission that this call needs.",
    advice: "Add it under “Permissions & events” of the app, and have an owner of the account approve the change.",
    link: "https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api#resource-not-accessible",
  },
  {
    codes: ["missing_scope"],
    cause: "scope_not_granted",
    actor: "end_user",
    text: "The token was granted without a scope that this call needs.",
    advice: "Ask for the scope and have the person connect again.",
    link: "https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps",
  },
  {
    codes: ["bad_refresh_token"],
    when: ["refreshing"],
    cause: "refresh_token_spent",
    actor: "end_user",
    text: "GitHub takes a refresh token once and for six months, and this one was used, is too old, or was revoked.",
    advice: "Connect again; if another program refreshes the same token, stop it.",
    link: "https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/refreshing-user-access-tokens",
  },
  {
    codes: ["incorrect_client_credentials"],
    cause: "app_credentials_wrong",
    actor: "developer",
    text: "GitHub does not know this client ID, or the client secret is not its own.",
    advice: "Copy the client ID from the app's settings, make a new client secret there, and save both.",
    link: settings,
  },
  {
    codes: ["unverified_user_email"],
    when: ["connecting"],
    cause: "address_not_verified",
    actor: "end_user",
    text: "The person's primary e-mail address is not verified at GitHub.",
    advice: "Verify it at github.com/settings/emails, then connect again.",
    link: "https://github.com/settings/emails",
  },
  {
    codes: ["installation_not_found"],
    when: ["refreshing"],
    cause: "installation_removed",
    actor: "end_user",
    text: "The GitHub App is no longer installed in this account.",
    advice: "Have an owner of the account install it again by connecting.",
  },
  {
    codes: ["http_403"],
    when: ["refreshing"],
    cause: "installation_suspended",
    actor: "end_user",
    text: "GitHub gives no token for this installation, as when an owner of the account has suspended it.",
    advice: "Have an owner look under “GitHub Apps” in the settings of the account, and unsuspend it.",
    link: "https://docs.github.com/en/apps/using-github-apps/reviewing-and-modifying-installed-github-apps",
  },
  {
    codes: ["app_jwt_refused", "private_key_invalid"],
    when: ["refreshing"],
    cause: "private_key_wrong",
    actor: "developer",
    text: "The private key is not one of the app with this client ID.",
    advice: "Make a new private key under “Private keys” in the app's settings, and save it.",
    link: settings,
  },
  {
    codes: ["bad_verification_code"],
    when: ["connecting"],
    cause: "code_refused",
    actor: "end_user",
    text: "GitHub refuses the code of this sign-in: it was used before, took too long, or was given to another app or redirect URI.",
    advice: "Start connecting again; if it fails each time, compare the redirect URI with the app's settings.",
  },
]
