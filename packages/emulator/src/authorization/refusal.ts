import type { OAuthRefusal, OAuthRefusalReason } from "./model.js"
import type { CustomRefusal } from "./options.js"

const errors = new Map<OAuthRefusalReason, string>([
  ["client_unknown", "invalid_client"],
  ["client_secret_wrong", "invalid_client"],
  ["client_authentication_missing", "invalid_client"],
  ["client_authentication_method", "invalid_client"],
  ["response_type", "unsupported_response_type"],
  ["scope_unknown", "invalid_scope"],
  ["scope_missing", "invalid_scope"],
  ["grant_type", "unsupported_grant_type"],
  ["redirect_uri_mismatch", "invalid_grant"],
  ["pkce_mismatch", "invalid_grant"],
  ["code_unknown", "invalid_grant"],
  ["code_expired", "invalid_grant"],
  ["code_used", "invalid_grant"],
  ["code_foreign", "invalid_grant"],
  ["refresh_token_unknown", "invalid_grant"],
  ["refresh_token_expired", "invalid_grant"],
  ["refresh_token_used", "invalid_grant"],
  ["refresh_token_revoked", "invalid_grant"],
  ["refresh_token_foreign", "invalid_grant"],
  ["token_unknown", "invalid_token"],
  ["access_denied", "access_denied"],
])

/** A refusal with the OAuth code and status that belong to its reason. */
export function refusal(where: OAuthRefusal["where"], reason: OAuthRefusalReason, description: string): OAuthRefusal {
  const error = errors.get(reason) ?? "invalid_request"
  return { where, error, reason, description, status: error === "invalid_client" ? 401 : 400 }
}

/** A provider's own refusal in the same shape. */
export function customRefusal(where: OAuthRefusal["where"], custom: CustomRefusal): OAuthRefusal {
  return {
    where,
    error: custom.error,
    reason: "custom",
    description: custom.description ?? custom.error,
    status: custom.status ?? 400,
  }
}

/** Tells a hook's refusal from its result. */
export function isCustomRefusal(result: object): result is CustomRefusal {
  return "error" in result
}
