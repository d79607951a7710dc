import type { ErrorMeaning } from "../connector.js"
import type { Reason } from "../status.js"
import type { KnownCause, Moment } from "./known-cause.js"

/** What a stored connection shows beside the reasons of its slots. */
export type Sign =
  | "disabled"
  | "disconnecting"
  | "connector_missing"
  | "credential_unreadable"
  | "refresh_failing"
  | "keep_alive_overdue"
  | "refresh_token_ends"
  | "permissions_missing"
  | "webhooks_failed"
  | "webhooks_waiting"
  | "scheduler_behind"

/** A cause that any provider can have. `{provider}` in its text stands for the provider's name. */
export interface GeneralCause extends Omit<KnownCause, "codes" | "link"> {
  /** What the provider's answer came to. */
  readonly errors?: readonly ErrorMeaning[]
  /** Only for these codes of RFC 6749 (sections 4.1.2.1 and 5.2) and what goes by the same name. */
  readonly codes?: readonly string[]
  /** Only for methods that can, or cannot, renew what they hold. */
  readonly renews?: boolean
  /** The reasons in a connection's state that it stands for. */
  readonly reasons?: readonly Reason[]
  /** What else in a connection's state it stands for. */
  readonly signs?: readonly Sign[]
  /** Where something is done about it: where the connector's set-up guide is followed. */
  readonly at?: "setup"
}

const atToken: readonly Moment[] = ["connecting", "refreshing"]

/** The first row that fits is the one. Rows with `codes` stand before the general ones of the same error. */
export const generalCauses: readonly GeneralCause[] = [
  // The app registration.
  {
    cause: "app_may_not_connect",
    errors: ["config_invalid"],
    codes: ["unauthorized_client"],
    when: atToken,
    actor: "developer",
    at: "setup",
    text: "{provider} does not know this app, or does not let it connect in this way.",
    advice:
      "Compare the client id with the app registration, and allow the grant types authorization code and refresh token there.",
  },
  {
    cause: "scope_not_allowed",
    errors: ["config_invalid", "provider_rejected"],
    codes: ["invalid_scope"],
    when: atToken,
    actor: "developer",
    at: "setup",
    text: "The app asked {provider} for a scope that it may not ask for.",
    advice: "Allow the scope in the app registration, or ask for others.",
  },
  {
    cause: "app_refused",
    errors: ["config_invalid"],
    reasons: ["app_refused"],
    actor: "developer",
    at: "setup",
    text: "{provider} refuses the app's client id or secret.",
    advice: "Compare both with the app registration and save the current ones; connections go on by themselves then.",
  },
  {
    cause: "app_not_configured",
    errors: ["app_not_configured"],
    reasons: ["app_not_configured"],
    actor: "developer",
    at: "setup",
    text: "The app that this connection was made with is no longer configured.",
    advice: "Save the client id and secret of that app again.",
  },
  {
    cause: "redirect_uri_mismatch",
    errors: ["redirect_uri_mismatch"],
    actor: "developer",
    at: "setup",
    text: "The redirect URI is not one that is registered at {provider}.",
    advice: "Register the exact redirect URI of this connector, letter by letter.",
  },
  {
    cause: "request_malformed",
    errors: ["provider_rejected"],
    codes: ["invalid_request", "unsupported_grant_type", "unsupported_response_type", "invalid_target"],
    when: atToken,
    actor: "developer",
    text: "{provider} could not make anything of the request for a token.",
    advice:
      "Check what was typed or saved for this connector, such as a shop, a site or a tenant; else report a bug of the connector.",
  },
  {
    cause: "mass_refusal",
    reasons: ["mass_refusal"],
    actor: "developer",
    text: "{provider} refused the grants of many tenants of this app at once, so no connection is given up yet.",
    advice:
      "Look whether the app was suspended, its secret deleted or its consent withdrawn; the connections are tried again.",
  },

  // The grant.
  {
    cause: "code_refused",
    errors: ["provider_rejected"],
    codes: ["invalid_grant"],
    when: ["connecting"],
    actor: "end_user",
    text: "{provider} refuses the code of this sign-in: it was used before, took too long, or was given to another app or redirect URI.",
    advice: "Start connecting again; if it fails each time, compare the redirect URI with the app registration.",
  },
  {
    cause: "access_denied",
    errors: ["access_denied"],
    actor: "end_user",
    text: "The person, or a policy of their organisation, did not grant access at {provider}.",
    advice: "Connect again and allow the access, or have an administrator allow the app.",
  },
  {
    cause: "grant_ended",
    errors: ["reauth_required", "grant_ended"],
    reasons: ["grant_refused", "ended_by_provider"],
    actor: "end_user",
    text: "The grant at {provider} has ended: it was withdrawn, has expired, or the account was changed.",
    advice: "Reconnect the account.",
  },
  {
    cause: "rotation_lost",
    reasons: ["rotation_lost"],
    actor: "end_user",
    text: "{provider} answered a refresh, the answer with the new token was lost on the way, and the old token is no longer taken.",
    advice: "Reconnect the account.",
  },
  {
    cause: "superseded_elsewhere",
    reasons: ["superseded_elsewhere"],
    actor: "end_user",
    text: "The same account was connected elsewhere, and {provider} ended this grant for it.",
    advice: "Reconnect the account here, or give this connection up.",
  },
  {
    cause: "refresh_token_missing",
    errors: ["refresh_token_missing"],
    reasons: ["refresh_token_missing"],
    actor: "end_user",
    text: "{provider} gave no refresh token, so the connection ends with its access token.",
    advice: "Reconnect with full consent; some providers need the app removed from the account's settings first.",
  },
  {
    cause: "token_expired",
    errors: ["token_expired"],
    renews: true,
    actor: "provider",
    text: "The access token is no longer taken by {provider}.",
    advice: "Nothing: it is renewed, and the call made again with the new one.",
  },
  {
    cause: "token_ended",
    reasons: ["token_expired"],
    actor: "end_user",
    text: "The access token has ended, and this way of connecting cannot renew it.",
    advice: "Reconnect the account.",
  },
  {
    cause: "key_refused",
    errors: ["token_expired"],
    renews: false,
    reasons: ["key_refused"],
    actor: "end_user",
    text: "{provider} refuses the stored key, password or token.",
    advice: "Make a new one at the provider and reconnect with it.",
  },
  {
    cause: "credential_refused",
    errors: ["credential_invalid"],
    actor: "end_user",
    text: "{provider} does not accept what was entered or granted.",
    advice: "Check the key or password, and that it belongs to this account and place.",
  },
  {
    cause: "account_mismatch",
    errors: ["account_mismatch"],
    actor: "end_user",
    text: "Another account of {provider} was signed in than the one that is connected.",
    advice: "Sign in with the same account, or make a connection of its own for the other one.",
  },

  // The call.
  {
    cause: "permission_missing",
    errors: ["scope_missing"],
    signs: ["permissions_missing"],
    actor: "end_user",
    text: "The connection was not granted a permission that it needs.",
    advice: "Reconnect and grant the permission.",
  },
  {
    cause: "not_allowed",
    errors: ["forbidden"],
    actor: "end_user",
    text: "{provider} does not let this account do that.",
    advice: "Have the account's role, plan or access to the resource changed at the provider.",
  },
  {
    cause: "resource_not_found",
    errors: ["resource_not_found"],
    actor: "developer",
    text: "{provider} has nothing under this name or id, or does not show it to this account.",
    advice: "Check the name or id, and that the account can see it.",
  },
  {
    cause: "input_refused",
    errors: ["input_invalid", "payload_too_large"],
    actor: "developer",
    text: "{provider} refuses the parameters of the call.",
    advice: "Correct the parameters; the same call fails again.",
  },
  {
    cause: "connection_disabled",
    errors: ["connection_disabled"],
    signs: ["disabled"],
    actor: "developer",
    text: "The connection, or the account behind it, is switched off.",
    advice: "Switch it on again.",
  },

  // The provider.
  {
    cause: "rate_limited",
    errors: ["rate_limited"],
    actor: "provider",
    text: "{provider} takes no more requests of this app or account for now.",
    advice: "Wait as long as it asks; call less often if it goes on.",
  },
  {
    cause: "refresh_unacknowledged",
    reasons: ["refresh_unacknowledged"],
    actor: "provider",
    text: "A one-time token was shown to {provider} and no answer was understood, so it may or may not still be good.",
    advice: "Wait: it is tried again when that is safe; reconnect if it cannot wait.",
  },
  {
    cause: "provider_unavailable",
    errors: ["provider_unavailable"],
    reasons: ["provider_unavailable"],
    signs: ["refresh_failing"],
    actor: "provider",
    text: "{provider} could not be reached, or failed.",
    advice: "Wait: it is tried again; look at the provider's status page if it goes on.",
  },
  {
    cause: "webhooks_failed",
    signs: ["webhooks_failed"],
    actor: "developer",
    text: "{provider} took no webhook for this connection in many tries, so its events do not come.",
    advice: "Look the tries up in the log and mend what they say; reconnecting tries again.",
  },
  {
    cause: "webhooks_waiting",
    signs: ["webhooks_waiting"],
    actor: "provider",
    text: "The webhooks of this connection could not be made or renewed at {provider} yet.",
    advice: "Wait: it is tried again.",
  },

  // The host.
  {
    cause: "connector_missing",
    signs: ["connector_missing"],
    actor: "developer",
    text: "The connector, or the method of it, that this connection was made with is no longer among the connectors.",
    advice: "Put it back into `connectors` of createHoldfast, or disconnect what was made with it before it goes.",
  },
  {
    cause: "credential_unreadable",
    errors: ["credential_unreadable"],
    signs: ["credential_unreadable"],
    actor: "developer",
    text: "The stored credential cannot be opened with the configured keys.",
    advice: "Put the key that it was sealed with back into the keyring; nothing was overwritten.",
  },
  {
    cause: "keep_alive_overdue",
    signs: ["keep_alive_overdue"],
    actor: "developer",
    text: "The refresh token ends unless it is used, and the scheduler has not used it in time.",
    advice: "Run the scheduler, by `scheduler.start()` or by `scheduler.tick()` once a minute.",
  },
  {
    cause: "scheduler_behind",
    signs: ["scheduler_behind"],
    actor: "developer",
    text: "Work on this connection is more than an hour overdue.",
    advice: "Run the scheduler, by `scheduler.start()` or by `scheduler.tick()` once a minute.",
  },
  {
    cause: "refresh_token_ends",
    signs: ["refresh_token_ends"],
    actor: "end_user",
    text: "The refresh token ends within three days, as {provider} said when it gave it.",
    advice: "Reconnect the account before that.",
  },
  {
    cause: "disconnecting",
    signs: ["disconnecting"],
    actor: "provider",
    text: "The connection is being taken apart.",
    advice: "Wait: the scheduler goes on with it.",
  },
  {
    cause: "answer_not_understood",
    errors: ["response_invalid"],
    actor: "developer",
    text: "{provider} answered in a way that could not be understood.",
    advice: "Try again; report a bug of the connector if it goes on.",
  },
  {
    cause: "refresh_not_understood",
    errors: ["provider_rejected"],
    when: ["refreshing"],
    actor: "provider",
    text: "{provider} refused to renew the token without saying that the grant has ended.",
    advice: "Wait: it is tried again; look the code up in the provider's documentation if it goes on.",
  },
  {
    cause: "connecting_refused",
    errors: ["provider_rejected"],
    when: ["connecting"],
    actor: "developer",
    text: "{provider} refused to connect for a reason that is not known here.",
    advice: "Look the code up in the provider's documentation, and start again.",
  },
  {
    cause: "call_refused",
    errors: ["provider_rejected"],
    when: ["calling"],
    actor: "developer",
    text: "{provider} refused the call for a reason that is not known here.",
    advice: "Look the code up in the provider's documentation.",
  },
]
