// https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes
import type { KnownCause } from "@holdfast/core"

/** Microsoft's own page about a number. */
const page = (number: number) => `https://login.microsoftonline.com/error?code=${number}`
const registrations = "https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade"

/** The grant: what the person, or an administrator of their organisation, has to do. */
const grant: readonly KnownCause[] = [
  {
    codes: ["AADSTS65001"],
    cause: "consent_missing",
    actor: "end_user",
    text: "Nobody has agreed to what the app asks for, or the consent was taken back.",
    advice:
      "Connect again and accept; where only administrators may agree, one connects first with the method admin_consent.",
    link: page(65001),
  },
  {
    codes: ["AADSTS90094", "AADSTS90095"],
    cause: "admin_consent_required",
    actor: "end_user",
    text: "The organisation lets only an administrator agree to this app.",
    advice: "Have an administrator connect once with the method admin_consent; everybody else can connect after that.",
    link: "https://learn.microsoft.com/en-us/entra/identity-platform/v2-admin-consent",
  },
  {
    codes: ["AADSTS50076", "AADSTS50078", "AADSTS50079", "AADSTS50158"],
    cause: "second_factor_required",
    actor: "end_user",
    text: "The organisation asks for a further proof of identity, which only the person can give.",
    advice: "Connect again and complete the sign-in.",
    link: page(50076),
  },
  {
    codes: ["AADSTS53003"],
    cause: "blocked_by_conditional_access",
    actor: "end_user",
    text: "A Conditional Access policy of the organisation gives this app no tokens.",
    advice:
      "Have an administrator look at the failed sign-in in the sign-in logs, and change the policy or leave the app out of it.",
    link: page(53003),
  },
  {
    codes: ["AADSTS50173"],
    cause: "sessions_revoked",
    actor: "end_user",
    text: "The person or an administrator ended all sessions, as a new password does.",
    advice: "Connect again.",
    link: page(50173),
  },
  {
    codes: ["AADSTS70008", "AADSTS700082"],
    cause: "unused_for_too_long",
    actor: "end_user",
    text: "The refresh token was not used for so long that it expired.",
    advice: "Connect again, and keep the scheduler running: it refreshes idle connections in time.",
    link: page(700082),
  },
  {
    codes: ["AADSTS70043"],
    cause: "sign_in_frequency",
    actor: "end_user",
    text: "The organisation wants people to sign in again after some time, and that time is over.",
    advice: "Connect again; an administrator can leave the app out of the sign-in frequency.",
    link: page(70043),
  },
  {
    codes: ["AADSTS50034", "AADSTS50057"],
    cause: "account_gone",
    actor: "end_user",
    text: "The account was disabled or deleted in its directory.",
    advice: "Have an administrator enable it, or connect with another account.",
    link: page(50057),
  },
  {
    codes: ["AADSTS50105"],
    cause: "not_assigned_to_app",
    actor: "end_user",
    text: "The organisation lets only people who are assigned to the app use it, and this one is not.",
    advice: "Have an administrator assign the person under “Enterprise applications”, “Users and groups”.",
    link: page(50105),
  },
]

/** The registration of the app. */
const registration: readonly KnownCause[] = [
  {
    codes: ["AADSTS7000215", "AADSTS70002"],
    cause: "client_secret_wrong",
    actor: "developer",
    text: "The client secret is not one of this app.",
    advice:
      "Save the secret's value, not its id, from “Certificates & secrets”; make a new one if the value is no longer shown.",
    link: registrations,
  },
  {
    codes: ["AADSTS7000222"],
    cause: "client_secret_expired",
    actor: "developer",
    text: "The client secret has passed its expiry date.",
    advice: "Make a new one under “Certificates & secrets” and save it; the connections go on by themselves then.",
    link: registrations,
  },
  {
    codes: ["AADSTS7000218", "AADSTS700025"],
    cause: "wrong_platform",
    actor: "developer",
    text: "The redirect URI is registered for another kind of client than a web application with a secret.",
    advice: "Under “Authentication” register the redirect URI for the platform “Web”.",
    link: registrations,
  },
  {
    codes: ["AADSTS700016", "AADSTS700011"],
    cause: "app_not_in_directory",
    actor: "developer",
    text: "There is no app with this client ID in the directory that was asked.",
    advice: "Compare the client ID and the tenant with the app registration.",
    link: page(700016),
  },
  {
    codes: ["AADSTS50194", "AADSTS9002332"],
    cause: "account_type_not_supported",
    actor: "developer",
    text: "The app registration does not take accounts of this kind, or not through this tenant.",
    advice:
      "Under “Authentication” support the accounts that shall connect, or save the id of the only organisation as the tenant.",
    link: registrations,
  },
  {
    codes: ["AADSTS70001", "AADSTS7000112"],
    cause: "app_disabled",
    actor: "developer",
    text: "The app is disabled in this directory.",
    advice: "Enable it under “Enterprise applications”, “Properties”, or ask an administrator of that organisation to.",
    link: page(7000112),
  },
  {
    codes: ["AADSTS90002"],
    cause: "tenant_unknown",
    actor: "developer",
    text: "There is no organisation under the tenant that the app is saved with.",
    advice: "Save the directory (tenant) ID, or leave the tenant out.",
    link: page(90002),
  },
  {
    codes: ["AADSTS50196"],
    cause: "too_many_token_requests",
    actor: "developer",
    text: "The same token was asked for so often in a short time that Microsoft takes it for a loop.",
    advice: "Wait, and look for another program that uses the same app and refreshes without keeping its tokens.",
    link: page(50196),
  },
]

/** Answers of Graph. */
const graph: readonly KnownCause[] = [
  {
    codes: ["accessDenied", "AccessDenied", "Authorization_RequestDenied", "ErrorAccessDenied", "Forbidden"],
    cause: "permission_or_role_missing",
    actor: "developer",
    text: "Either the app was not granted the permission that this call needs, or the person may not do it or has no licence for it.",
    advice:
      "Compare the granted scopes with the permissions on the page of the call; if they suffice, it is the person's role or licence.",
    link: "https://learn.microsoft.com/en-us/graph/resolve-auth-errors",
  },
  {
    codes: ["insufficient_claims"],
    cause: "conditional_access_challenge",
    actor: "end_user",
    text: "A policy of the organisation wants more proof for this call than the sign-in gave.",
    advice: "Connect again and complete the sign-in.",
    link: "https://learn.microsoft.com/en-us/entra/identity-platform/claims-challenge",
  },
  {
    codes: ["extensionError"],
    cause: "mailbox_out_of_reach",
    actor: "end_user",
    text: "The mailbox is on a server of the organisation's own, or a policy keeps apps out of it.",
    advice: "Have an administrator move the mailbox to Exchange Online, or allow the app in the policy.",
    link: "https://learn.microsoft.com/en-us/graph/errors",
  },
]

/** What Microsoft's codes ask people to do; the same for every product. */
export const causes: readonly KnownCause[] = [...grant, ...registration, ...graph]
