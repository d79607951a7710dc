import { json } from "@holdfast/emulator"

/** How an API writes its refusals: the newer ones by status and details, the older ones with an `errors` list besides. */
export type ErrorStyle = "status" | "list"

/** One refusal, before it is written in the style of an API. */
export interface Refused {
  readonly code: number
  readonly message: string
  /** A code of `google.rpc.Code`. */
  readonly status: string
  /** For the `errors` list. */
  readonly reason: string
  /** A reason of `google.api.ErrorReason`, where there is one. */
  readonly detail?: { readonly reason: string; readonly metadata: Readonly<Record<string, string>> }
  readonly location?: string
  readonly locationType?: "parameter" | "header"
  /** Of the `errors` list. Default: "global". */
  readonly domain?: string
}

/**
 * A refusal as the API would send it.
 * @see https://cloud.google.com/apis/design/errors
 * @see https://developers.google.com/workspace/calendar/api/guides/errors
 */
export function refuse(style: ErrorStyle, refused: Refused): Response {
  const { code, message, status, reason, detail, location, locationType, domain = "global" } = refused
  const item = { message, domain, reason, ...(location && { location, locationType: locationType ?? "parameter" }) }
  const details = detail && [
    {
      "@type": "type.googleapis.com/google.rpc.ErrorInfo",
      reason: detail.reason,
      domain: "googleapis.com",
      metadata: detail.metadata,
    },
  ]
  const error = {
    code,
    message,
    ...(style === "list" && { errors: [item] }),
    // The older APIs leave the status out where the refusal is their own.
    ...((style === "status" || details || code === 401) && { status }),
    ...(details && { details }),
  }
  return json({ error }, { status: code, ...(code === 401 && { headers: { "www-authenticate": challenge() } }) })
}

/** @see https://www.rfc-editor.org/rfc/rfc6750#section-3 */
export function challenge(error = "invalid_token"): string {
  return `Bearer realm="https://accounts.google.com/", error="${error}"`
}

/** A parameter or a body that cannot be. */
export function invalidArgument(message: string, location?: string): Refused {
  return { code: 400, message, status: "INVALID_ARGUMENT", reason: "badRequest", ...(location && { location }) }
}

export const entityNotFound: Refused = {
  code: 404,
  message: "Requested entity was not found.",
  status: "NOT_FOUND",
  reason: "notFound",
}

export const noPermission: Refused = {
  code: 403,
  message: "The caller does not have permission",
  status: "PERMISSION_DENIED",
  reason: "forbidden",
}
