// https://developers.google.com/identity/protocols/oauth2/web-server
import type { KnownCause } from "@holdfast/core"

const webServer = "https://developers.google.com/identity/protocols/oauth2/web-server"

/** What Google's codes ask people to do; the same for every product. */
export const causes: readonly KnownCause[] = [
  {
    codes: ["invalid_grant"],
    when: ["refreshing"],
    cause: "grant_ended_or_testing_mode",
    actor: "end_user",
    text: "Google ended this grant: access was taken back, the token lay unused for six months, too many were made, or the app is in testing, where grants end after seven days.",
    advice:
      "Connect again; if it happens seven days later each time, set the app's publishing status to “In production”.",
    link: "https://developers.google.com/identity/protocols/oauth2#expiration",
  },
  {
    codes: ["access_denied"],
    when: ["connecting"],
    cause: "declined_or_not_a_test_user",
    actor: "end_user",
    text: "The person did not allow the access, or the app is in testing and they are not among its test users.",
    advice:
      "Connect again and allow it; while the app is in testing, add the account under “Audience”, “Test users” first.",
    link: "https://console.cloud.google.com/auth/audience",
  },
  {
    codes: ["admin_policy_enforced", "domainPolicy"],
    cause: "blocked_by_workspace_admin",
    actor: "end_user",
    text: "An administrator of the person's Google Workspace does not let this app have the data it asked for.",
    advice:
      "Have the administrator trust the app's client ID under “Security”, “API controls” of the Admin console, then connect again.",
    link: `${webServer}#authorization-errors-admin-policy-enforced`,
  },
  {
    codes: ["org_internal"],
    cause: "app_is_internal",
    actor: "developer",
    text: "The app is open only to the Workspace organisation that owns its Cloud project.",
    advice:
      "Set its user type to “External” under “Audience” in the Cloud console, or connect an account of that organisation.",
    link: `${webServer}#authorization-errors-org-internal`,
  },
  {
    codes: ["deleted_client", "disabled_client"],
    cause: "client_deleted",
    actor: "developer",
    text: "The OAuth client was deleted or switched off in the Cloud console.",
    advice: "Restore it there, or make another one and have everybody connect again.",
    link: "https://console.cloud.google.com/auth/clients",
  },
  {
    codes: ["invalid_client"],
    cause: "client_secret_wrong",
    actor: "developer",
    text: "The OAuth client secret is not the one of this client ID.",
    advice: "Copy both again from the client's page in the Cloud console, and save them.",
    link: "https://console.cloud.google.com/auth/clients",
  },
  {
    codes: ["SERVICE_DISABLED", "accessNotConfigured"],
    cause: "api_not_enabled",
    actor: "developer",
    text: "The Cloud project that the client ID belongs to has not enabled this API.",
    advice: "Enable it in the API library of that project, and wait some minutes.",
    link: "https://console.cloud.google.com/apis/library",
  },
  {
    codes: ["BILLING_DISABLED", "CONSUMER_INVALID", "CONSUMER_SUSPENDED", "USER_PROJECT_DENIED"],
    cause: "project_unusable",
    actor: "developer",
    text: "The Cloud project of the app is suspended, without billing, or not one that may be used here.",
    advice: "Open the project in the Cloud console and put right what it shows.",
    link: "https://console.cloud.google.com/home/dashboard",
  },
  {
    codes: ["ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficientPermissions", "insufficient_scope"],
    cause: "permission_left_out",
    actor: "end_user",
    text: "The person left this permission unticked on Google's page, or was not asked for it.",
    advice: "Connect again, and tick every box on Google's page.",
    link: "https://developers.google.com/identity/protocols/oauth2/resources/granular-permissions",
  },
  {
    codes: ["appNotAuthorizedToFile"],
    cause: "file_not_shared_with_app",
    actor: "end_user",
    text: "The app sees only files that it made or that were opened with it, and this file is neither.",
    advice: "Have the person choose the file through the app once.",
    link: "https://developers.google.com/workspace/drive/api/guides/handle-errors",
  },
  {
    codes: ["dailyLimitExceeded"],
    cause: "project_quota_used_up",
    actor: "developer",
    text: "The Cloud project of the app has used up what it may ask for in a day.",
    advice: "Ask for a higher quota in the Cloud console, or wait for the next day.",
    link: "https://console.cloud.google.com/iam-admin/quotas",
  },
]
