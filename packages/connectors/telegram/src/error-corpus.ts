import type { ErrorCase } from "@holdfast/testing"

const errors = "https://core.telegram.org/api/errors"
const sending = "https://core.telegram.org/method/messages.sendMessage#possible-errors"
const codeRequest = "https://core.telegram.org/method/auth.sendCode#possible-errors"

const calling = { moment: "calling", actor: "end_user" } as const

/** Refusals as Telegram's documentation lists them, by the code that the client makes of them. */
export const corpus: readonly ErrorCase[] = [
  {
    ...calling,
    from: `${errors}#401-unauthorized`,
    status: 401,
    providerCode: "AUTH_KEY_UNREGISTERED",
    code: "grant_ended",
    cause: "session_ended",
  },
  {
    ...calling,
    from: `${errors}#406-not-acceptable`,
    status: 406,
    providerCode: "AUTH_KEY_DUPLICATED",
    code: "grant_ended",
    cause: "session_used_twice",
    actor: "developer",
  },
  {
    ...calling,
    from: `${errors}#401-unauthorized`,
    status: 401,
    providerCode: "USER_DEACTIVATED",
    code: "grant_ended",
    cause: "account_gone",
  },
  {
    ...calling,
    from: `${errors}#420-flood`,
    status: 420,
    providerCode: "FLOOD_WAIT",
    code: "rate_limited",
    cause: "rate_limited",
    actor: "provider",
  },
  {
    ...calling,
    from: sending,
    status: 400,
    providerCode: "PEER_FLOOD",
    code: "rate_limited",
    cause: "account_limited_for_spam",
  },
  {
    ...calling,
    from: sending,
    status: 400,
    providerCode: "CHANNEL_PRIVATE",
    code: "resource_not_found",
    cause: "chat_not_joined",
  },
  {
    ...calling,
    from: sending,
    status: 403,
    providerCode: "CHAT_WRITE_FORBIDDEN",
    code: "provider_rejected",
    cause: "may_not_write_there",
  },
  {
    ...calling,
    from: sending,
    status: 400,
    providerCode: "MESSAGE_TOO_LONG",
    code: "input_invalid",
    cause: "input_refused",
    actor: "developer",
  },
  {
    from: codeRequest,
    moment: "connecting",
    status: 400,
    providerCode: "API_ID_INVALID",
    code: "app_not_configured",
    cause: "app_credentials_wrong",
    actor: "developer",
  },
  {
    from: codeRequest,
    moment: "connecting",
    status: 400,
    providerCode: "API_ID_PUBLISHED_FLOOD",
    code: "app_not_configured",
    cause: "api_id_published",
    actor: "developer",
  },
  {
    from: codeRequest,
    moment: "connecting",
    status: 400,
    providerCode: "PHONE_NUMBER_BANNED",
    code: "access_denied",
    cause: "number_banned",
    actor: "end_user",
  },
]
