/** A field of a form that a person fills in. Public data. */
export interface Field {
  readonly name: string
  readonly label: string
  readonly type: "text" | "password" | "url" | "tel" | "code" | "select"
  /** Where to find the value, in a sentence. */
  readonly help?: string
  readonly placeholder?: string
  /** Default: true. */
  readonly required?: boolean
  /** The choices of a `select`. */
  readonly options?: readonly { readonly value: string; readonly label: string }[]
}

/**
 * What the person must do next. Public and JSON-safe: it holds no secret, whoever sees it.
 * `redirect` says how the answer comes back to the callback address.
 */
export type Step =
  | {
      readonly kind: "redirect"
      readonly url: string
      readonly returns: "query" | "form_post" | "fragment" | "server_post" | "poll"
    }
  | {
      readonly kind: "form"
      readonly id: string
      readonly title: string
      readonly fields: readonly Field[]
      readonly error?: StepError
    }
  | { readonly kind: "qr"; readonly data: string; readonly expiresAt: number; readonly pollAfterMs: number }
  | { readonly kind: "wait"; readonly message: string; readonly pollAfterMs: number }
  | { readonly kind: "connected"; readonly connectionId: string }

/** Why the same form is shown again: an error code of ours, and the field it concerns. */
export interface StepError {
  readonly code: string
  readonly field?: string
  /** What is wrong with the field, where the connector's own check of it says so: `That is a publishable key.` Never what was typed. */
  readonly message?: string
  readonly retryAfterMs?: number
}

/**
 * What arrived for an attempt. The handler sets `from`, never the request, so a posted form can never pass for a callback.
 * `url` and `body` are as received; `inBrowser` is true when the browser that began is the one that came.
 */
export type Input =
  | { readonly from: "start" | "form"; readonly values: Readonly<Record<string, string>> }
  | {
      readonly from: "callback"
      readonly url: string
      readonly method: string
      readonly headers: Headers
      readonly body: string
      readonly inBrowser: boolean
    }
  | { readonly from: "poll" }
