import { json } from "@holdfast/emulator"

/** What Stripe says when it refuses. @see https://docs.stripe.com/api/errors */
export interface StripeErrorBody {
  readonly type?: "api_error" | "card_error" | "idempotency_error" | "invalid_request_error"
  readonly code?: string
  readonly decline_code?: string
  readonly message: string
  readonly param?: string
  readonly payment_intent?: object
}

/** A refusal on its way out of a route. */
export class StripeRefusal extends Error {
  override readonly name = "StripeRefusal"

  constructor(
    readonly status: number,
    readonly body: StripeErrorBody,
  ) {
    super(body.message)
  }

  toResponse(headers: Record<string, string>): Response {
    return json({ error: { type: "invalid_request_error", ...this.body } }, { status: this.status, headers })
  }
}

export function badParameter(param: string, code: string | undefined, message: string): StripeRefusal {
  return new StripeRefusal(400, { message, param, ...(code && { code }) })
}

/** An id that names nothing in this account and mode: 404 in the path, 400 as a parameter. */
export function missing(what: string, id: string, param: string): StripeRefusal {
  const body = { code: "resource_missing", message: `No such ${what}: '${id}'`, param }
  return new StripeRefusal(param === "id" ? 404 : 400, body)
}
