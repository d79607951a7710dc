// https://docs.slack.dev/reference/methods/chat.postMessage#errors
import type { KnownCause } from "@holdfast/core"

const appSettings = "https://api.slack.com/apps"

/** What Slack's codes ask people to do. @see https://docs.slack.dev/reference/methods/oauth.v2.access#errors */
export const causes: readonly KnownCause[] = [
  {
    codes: ["not_in_channel"],
    cause: "bot_not_in_channel",
    actor: "end_user",
    text: "The app writes only where it was invited, and it is not a member of this channel.",
    advice: "Invite it in Slack with /invite and the app's name, then call again.",
    link: "https://docs.slack.dev/reference/methods/chat.postMessage#errors",
  },
  {
    codes: ["is_archived"],
    cause: "channel_archived",
    actor: "end_user",
    text: "The channel is archived, and nobody can write in it.",
    advice: "Bring the channel back in Slack, or name another one.",
  },
  {
    codes: [
      "restricted_action",
      "restricted_action_read_only_channel",
      "restricted_action_thread_only_channel",
      "ekm_access_denied",
    ],
    cause: "posting_restricted",
    actor: "end_user",
    text: "A setting of the workspace keeps this account from writing there.",
    advice:
      "Have an administrator of the workspace allow it in the channel's posting permissions, or name another channel.",
  },
  {
    codes: ["missing_scope"],
    cause: "scope_not_installed",
    actor: "developer",
    text: "The app was installed without a scope that this call needs.",
    advice:
      "Add the scope under “OAuth & Permissions”, name it in the connector's options, and have the workspace connect again.",
    link: appSettings,
  },
  {
    codes: ["not_allowed_token_type"],
    cause: "wrong_kind_of_token",
    actor: "developer",
    text: "Slack does not take this kind of token for this call: some want the bot's, others a person's.",
    advice: "Name the other slot, and ask for scopes of it with botScopes or userScopes.",
    link: "https://docs.slack.dev/authentication/tokens",
  },
  {
    codes: ["token_revoked"],
    when: ["calling"],
    cause: "app_removed",
    actor: "end_user",
    text: "The app was removed from the workspace, or the person who gave the token is gone.",
    advice: "Have somebody who may install apps connect the workspace again.",
  },
  {
    codes: ["account_inactive"],
    cause: "account_deactivated",
    actor: "end_user",
    text: "The token belongs to a member or a workspace that was deactivated.",
    advice: "Have an active member of the workspace connect it again.",
  },
  {
    codes: ["invalid_refresh_token"],
    when: ["refreshing"],
    cause: "refresh_token_spent",
    actor: "end_user",
    text: "Slack takes a refresh token once, and this one was used before, was revoked, or is another app's.",
    advice: "Connect the workspace again; if another program refreshes the same token, stop it.",
    link: "https://docs.slack.dev/authentication/using-token-rotation",
  },
  {
    codes: ["invalid_auth"],
    cause: "token_or_address_refused",
    actor: "developer",
    text: "Slack refuses the token, or the network address that it was sent from.",
    advice:
      "Look at the allowed IP addresses of the app under “OAuth & Permissions”; if there are none, connect again.",
    link: appSettings,
  },
  {
    codes: ["invalid_client_id", "bad_client_secret"],
    cause: "app_credentials_wrong",
    actor: "developer",
    text: "Slack does not know this client ID, or the client secret is not its own.",
    advice: "Copy both again from “Basic Information”, “App Credentials”, and save them.",
    link: appSettings,
  },
  {
    codes: ["cannot_install_an_org_installed_app"],
    when: ["connecting"],
    cause: "installed_for_the_organisation",
    actor: "end_user",
    text: "The app is installed for the whole Enterprise organisation, so it cannot be installed in one workspace of it.",
    advice: "Connect as the organisation: choose it instead of a workspace on Slack's page.",
  },
  {
    codes: ["team_added_to_org", "org_login_required"],
    cause: "workspace_moving",
    actor: "provider",
    text: "The workspace is being moved to an Enterprise organisation, and takes calls only now and then until that is done.",
    advice: "Wait until the move is over.",
  },
  {
    codes: ["invalid_code", "code_already_used"],
    when: ["connecting"],
    cause: "code_refused",
    actor: "end_user",
    text: "Slack refuses the code of this sign-in: it was used before, took too long, or was given to another app or redirect URI.",
    advice: "Start connecting again; if it fails each time, compare the redirect URI with the app's settings.",
  },
]
