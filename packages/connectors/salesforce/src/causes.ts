// https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_flow_errors.htm
import type { KnownCause } from "@holdfast/core"

/** What Salesforce's codes ask people to do. @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm */
export const causes: readonly KnownCause[] = [
  {
    codes: ["invalid_grant"],
    when: ["refreshing"],
    cause: "refresh_token_ended",
    actor: "end_user",
    text: "The org no longer takes this refresh token: it was revoked, or ended by the app's refresh token policy there.",
    advice:
      "Connect again; if that soon repeats, have an administrator of the org look at the app's refresh token policy.",
    link: "https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_request_manage.htm",
  },
  {
    codes: ["inactive_user"],
    cause: "user_deactivated",
    actor: "end_user",
    text: "The person's user in the org was deactivated.",
    advice: "Have an active user of the org connect it, or an administrator activate this one again.",
  },
  {
    codes: ["inactive_org"],
    cause: "org_closed",
    actor: "end_user",
    text: "The org is locked, closed or suspended.",
    advice: "Have whoever owns the org settle that with Salesforce, then connect again.",
  },
  {
    codes: ["invalid_client_id"],
    cause: "app_unknown",
    actor: "developer",
    text: "Salesforce does not know this consumer key: it is wrong, the app was deleted, or it is only some minutes old.",
    advice: "Compare it with “Consumer Key and Secret” of the external client app, and try again in ten minutes.",
    link: "https://login.salesforce.com/lightning/setup/ManageExternalClientApplication/home",
  },
  {
    codes: ["API_DISABLED_FOR_ORG", "API_CURRENTLY_DISABLED"],
    cause: "api_not_enabled",
    actor: "end_user",
    text: "The org, or the person's user in it, may not use the API.",
    advice:
      "Have an administrator enable the API: it comes with the edition, and users need the permission “API Enabled”.",
  },
  {
    codes: ["REQUEST_LIMIT_EXCEEDED"],
    cause: "api_requests_used_up",
    actor: "provider",
    text: "The org has used up the API requests it has for 24 hours, for all of its apps together.",
    advice: "Wait; an administrator sees under “System Overview” what uses them, and can buy more.",
  },
]
