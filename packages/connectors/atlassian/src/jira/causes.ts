// https://developer.atlassian.com/cloud/oauth/getting-started/refresh-tokens/
import type { KnownCause } from "@holdfast/core"

const apps = "https://developer.atlassian.com/console/myapps/"

/** What Atlassian's codes ask people to do. */
export const causes: readonly KnownCause[] = [
  {
    codes: ["invalid_grant", "unauthorized_client"],
    when: ["refreshing"],
    cause: "refresh_token_spent",
    actor: "end_user",
    text: "Atlassian no longer takes this refresh token: it was used, lay unused for 90 days, or the person changed their password or removed the app.",
    advice: "Connect again; if another program refreshes the same token, stop it.",
    link: "https://developer.atlassian.com/cloud/oauth/getting-started/refresh-tokens/",
  },
  {
    codes: ["access_denied"],
    when: ["refreshing"],
    cause: "app_credentials_wrong",
    actor: "developer",
    text: "Atlassian does not take this client ID and secret.",
    advice: "Copy both again from “Settings” of the app in the developer console, and save them.",
    link: apps,
  },
  {
    codes: ["scope_does_not_match"],
    cause: "scope_not_in_app",
    actor: "developer",
    text: "The token has no scope for this call.",
    advice: "Add the scope under “Permissions” of the app, ask for it, and have the person connect again.",
    link: apps,
  },
]
