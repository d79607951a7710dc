import { type Delivery, type DeliverySignature, hmacSignature } from "@holdfast/emulator"
import type { SlackWorkspace } from "./workspace.js"

/** An event before it is wrapped. */
export interface SlackEvent {
  readonly type: string
  readonly [field: string]: unknown
}

/** Whose installation an event is visible through. Default: the bot's. */
export interface EventAudience {
  readonly userId?: string
  readonly isEnterpriseInstall?: boolean
}

/**
 * Signs deliveries as Slack does.
 * @see https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export function slackSignature(signingSecret: string): DeliverySignature {
  return hmacSignature({
    secret: signingSecret,
    signed: "v0:{timestamp}:{body}",
    headers: { "x-slack-signature": "v0={signature}", "x-slack-request-timestamp": "{timestamp}" },
  })
}

/** Wraps an event as the Events API sends it. @see https://docs.slack.dev/apis/events-api#callback-field */
export function eventCallback(
  app: { readonly appId: string },
  workspace: SlackWorkspace,
  event: SlackEvent,
  { eventId, atSeconds }: { readonly eventId: string; readonly atSeconds: number },
  { userId, isEnterpriseInstall = false }: EventAudience = {},
): Delivery {
  const isLifecycle = event.type === "tokens_revoked" || event.type === "app_uninstalled"
  const authorization = {
    enterprise_id: workspace.enterprise?.id ?? null,
    team_id: isEnterpriseInstall ? null : workspace.id,
    user_id: userId ?? workspace.bot.userId,
    is_bot: userId === undefined,
    is_enterprise_install: isEnterpriseInstall,
  }
  return {
    contentType: "application/json",
    id: eventId,
    body: {
      token: "deprecated-verification-token",
      team_id: isEnterpriseInstall && isLifecycle ? null : workspace.id,
      ...(workspace.enterprise && { enterprise_id: workspace.enterprise.id }),
      api_app_id: app.appId,
      event: isLifecycle ? event : { event_ts: `${atSeconds}.000100`, ...event },
      type: "event_callback",
      event_id: eventId,
      event_time: atSeconds,
      ...(!isLifecycle && { authorizations: [authorization], is_ext_shared_channel: false }),
    },
  }
}

/** The handshake that proves a request URL. @see https://docs.slack.dev/reference/events/url_verification */
export function urlVerification(challenge: string): Delivery {
  return {
    contentType: "application/json",
    body: { token: "deprecated-verification-token", challenge, type: "url_verification" },
  }
}
