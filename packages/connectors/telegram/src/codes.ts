import type { ErrorMeaning } from "@holdfast/core"

/**
 * Telegram's error codes, without the number that some carry, and what they mean here.
 *
 * @see https://core.telegram.org/api/errors
 */
export const telegramCodes: Readonly<Record<string, ErrorMeaning>> = {
  // The session is over: https://core.telegram.org/api/errors#401-unauthorized and #406-not-acceptable
  AUTH_KEY_UNREGISTERED: "grant_ended",
  AUTH_KEY_INVALID: "grant_ended",
  AUTH_KEY_DUPLICATED: "grant_ended",
  AUTH_KEY_NOT_FOUND: "grant_ended",
  SESSION_REVOKED: "grant_ended",
  SESSION_EXPIRED: "grant_ended",
  USER_DEACTIVATED: "grant_ended",
  USER_DEACTIVATED_BAN: "grant_ended",

  // What a person typed.
  PHONE_NUMBER_INVALID: "input_invalid",
  PHONE_NUMBER_UNOCCUPIED: "input_invalid",
  PHONE_CODE_INVALID: "input_invalid",
  PHONE_CODE_EMPTY: "input_invalid",
  PHONE_CODE_EXPIRED: "attempt_expired",
  PHONE_CODE_HASH_EMPTY: "attempt_expired",
  PASSWORD_HASH_INVALID: "input_invalid",
  SESSION_PASSWORD_NEEDED: "input_invalid",
  AUTH_TOKEN_INVALID: "attempt_expired",
  AUTH_TOKEN_INVALIDX: "attempt_expired",
  AUTH_TOKEN_EXPIRED: "attempt_expired",
  AUTH_TOKEN_ALREADY_ACCEPTED: "attempt_expired",
  PHONE_NUMBER_BANNED: "access_denied",
  PHONE_PASSWORD_PROTECTED: "access_denied",
  PHONE_NUMBER_APP_SIGNUP_FORBIDDEN: "access_denied",

  // The registration at my.telegram.org.
  API_ID_INVALID: "app_not_configured",
  API_ID_PUBLISHED_FLOOD: "app_not_configured",

  FLOOD_WAIT: "rate_limited",
  FLOOD_TEST_PHONE_WAIT: "rate_limited",
  SLOWMODE_WAIT: "rate_limited",
  PHONE_NUMBER_FLOOD: "rate_limited",
  PHONE_PASSWORD_FLOOD: "rate_limited",
  PEER_FLOOD: "rate_limited",
  TRANSPORT_FLOOD: "rate_limited",

  // Messages and peers.
  USERNAME_NOT_OCCUPIED: "resource_not_found",
  USERNAME_INVALID: "input_invalid",
  PHONE_NOT_OCCUPIED: "resource_not_found",
  PEER_ID_INVALID: "resource_not_found",
  CHAT_ID_INVALID: "resource_not_found",
  CHANNEL_INVALID: "resource_not_found",
  CHANNEL_PRIVATE: "resource_not_found",
  MESSAGE_EMPTY: "input_invalid",
  MESSAGE_TOO_LONG: "input_invalid",
  CHAT_WRITE_FORBIDDEN: "provider_rejected",
  USER_IS_BLOCKED: "provider_rejected",

  AUTH_RESTART: "provider_unavailable",
  INTERNAL: "provider_unavailable",
  RPC_CALL_FAIL: "provider_unavailable",
  TIMEOUT: "provider_unavailable",
}

/** The field of ours that a code is about. */
export const telegramFields: Readonly<Record<string, string>> = {
  PHONE_NUMBER_INVALID: "phone",
  PHONE_NUMBER_UNOCCUPIED: "phone",
  PHONE_NUMBER_BANNED: "phone",
  PHONE_NUMBER_FLOOD: "phone",
  PHONE_CODE_INVALID: "code",
  PHONE_CODE_EMPTY: "code",
  PASSWORD_HASH_INVALID: "password",
  USERNAME_INVALID: "chat",
  USERNAME_NOT_OCCUPIED: "chat",
  PHONE_NOT_OCCUPIED: "chat",
  PEER_ID_INVALID: "chat",
  MESSAGE_EMPTY: "message",
  MESSAGE_TOO_LONG: "message",
}
