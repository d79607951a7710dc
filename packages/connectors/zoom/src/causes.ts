// https://developers.zoom.us/docs/api/errors/
import type { KnownCause } from "@holdfast/core"

const apps = "https://marketplace.zoom.us/user/build"

/** What Zoom's numbers and codes ask people to do. @see https://developers.zoom.us/docs/integrations/oauth-error-messages/ */
export const causes: readonly KnownCause[] = [
  {
    codes: ["104", "4700", "4711"],
    cause: "scope_not_in_app",
    actor: "developer",
    text: "The app has no scope for this call, or got it after the person had connected.",
    advice: "Add the scope under “Scopes” on the app's page, then have the person connect again.",
    link: apps,
  },
  {
    codes: ["3161"],
    cause: "meetings_not_allowed",
    actor: "end_user",
    text: "This account may not host or schedule meetings.",
    advice: "Have an administrator of the Zoom account give the person a licence or role that may.",
  },
  {
    codes: ["200"],
    cause: "plan_or_role_too_small",
    actor: "end_user",
    text: "The plan or the role of this account does not have what was asked for.",
    advice: "Have an administrator of the Zoom account change the plan or the role.",
  },
  {
    codes: ["invalid_grant", "invalid_token"],
    when: ["refreshing"],
    cause: "refresh_token_spent",
    actor: "end_user",
    text: "Zoom takes a refresh token once and for 90 days, and this one was used, is too old, or was ended by the person.",
    advice: "Connect again; if another program refreshes the same token, stop it.",
    link: "https://developers.zoom.us/docs/integrations/oauth/",
  },
  {
    codes: ["invalid_client"],
    cause: "app_credentials_wrong",
    actor: "developer",
    text: "Zoom does not know this client ID and secret, or the app is not activated.",
    advice: "Copy both again from “App Credentials”, of development or production as is meant, and activate the app.",
    link: apps,
  },
]
