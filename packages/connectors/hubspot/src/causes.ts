// https://developers.hubspot.com/docs/api-reference/error-handling
import type { KnownCause } from "@holdfast/core"

/** What HubSpot's codes ask people to do. */
export const causes: readonly KnownCause[] = [
  {
    codes: ["BAD_REFRESH_TOKEN"],
    cause: "app_uninstalled",
    actor: "end_user",
    text: "HubSpot no longer knows this refresh token, as when the app was uninstalled from the account.",
    advice: "Have a Super Admin of the account connect it again.",
  },
  {
    codes: ["MISSING_SCOPES"],
    cause: "scope_not_installed",
    actor: "developer",
    text: "The app was installed without a scope that this call needs.",
    advice: "Add the scope on the app's page and in the connector's options, then have the account connect again.",
    link: "https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/scopes",
  },
  {
    codes: ["USER_DOES_NOT_HAVE_PERMISSIONS"],
    cause: "user_permission_missing",
    actor: "end_user",
    text: "The person who installed the app may not do this in the account.",
    advice: "Have a Super Admin give them the permission, or connect as a Super Admin.",
  },
  {
    codes: ["BAD_CLIENT_ID", "BAD_CLIENT_SECRET"],
    cause: "app_credentials_wrong",
    actor: "developer",
    text: "HubSpot does not know this client ID, or the client secret is not its own.",
    advice: "Copy both again from “Auth” on the app's page, and save them.",
    link: "https://app.hubspot.com/l/developer-projects",
  },
  {
    codes: ["BAD_AUTH_CODE"],
    when: ["connecting"],
    cause: "code_refused",
    actor: "end_user",
    text: "HubSpot refuses the code of this sign-in: it was used before, took too long, or was given to another app or redirect URI.",
    advice: "Start connecting again; if it fails each time, compare the redirect URI with the app's settings.",
  },
]
