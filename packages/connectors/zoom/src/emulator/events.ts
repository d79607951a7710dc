import { type Delivery, type DeliverySignature, hmacSignature } from "@holdfast/emulator"
import type { ZoomUser } from "./account.js"

/**
 * Signs deliveries as Zoom does.
 * @see https://developers.zoom.us/docs/api/webhooks/#verify-webhook-events
 */
export function zoomSignature(secretToken: string): DeliverySignature {
  return hmacSignature({
    secret: secretToken,
    signed: "v0:{timestamp}:{body}",
    headers: { "x-zm-signature": "v0={signature}", "x-zm-request-timestamp": "{timestamp}" },
  })
}

/** An event about something of a person's: `meeting.created`. @see https://developers.zoom.us/docs/api/meetings/events/ */
export function objectEvent(event: string, host: ZoomUser, object: object, now: number): Delivery {
  return {
    contentType: "application/json",
    body: {
      event,
      event_ts: now,
      payload: {
        account_id: host.accountId,
        operator: host.email,
        operator_id: host.id,
        object: { ...object, host_id: host.id },
      },
    },
  }
}

/** A person has removed the app. @see https://developers.zoom.us/docs/api/marketplace/events/ */
export function deauthorized(user: ZoomUser, clientId: string, now: number): Delivery {
  return {
    contentType: "application/json",
    body: {
      event: "app_deauthorized",
      event_ts: now,
      payload: {
        account_id: user.accountId,
        user_id: user.id,
        client_id: clientId,
        deauthorization_time: new Date(now).toISOString(),
        signature: "opaque-to-the-app",
        user_data_retention: "false",
      },
    },
  }
}

/** The handshake, sent when an address is entered and every 72 hours. @see https://developers.zoom.us/docs/api/webhooks/#validate-your-webhook-endpoint */
export function urlValidation(plainToken: string, now: number): Delivery {
  return {
    contentType: "application/json",
    body: { event: "endpoint.url_validation", event_ts: now, payload: { plainToken } },
  }
}
