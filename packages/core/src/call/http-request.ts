import type { Api } from "../connector.js"
import { HoldfastError } from "../errors.js"
import type { HttpOptions } from "../http.js"
import { type ApiPlace, urlAt } from "./hosts.js"
import { fillHoles, holesOf } from "./path-template.js"

/** A request that can be made again: nothing of it is used up by sending. */
export interface Draft {
  readonly method: string
  readonly headers: Headers
  readonly body: Body | undefined
  urlAt(place: ApiPlace): URL
}

type Body = string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>

/**
 * A request from what a caller of `Http` gave.
 * @throws HoldfastError `input_invalid`
 */
export function draftOf(method: string, path: string, options: HttpOptions): Draft {
  const body = bodyOf(options)
  const headers = headersOf(
    { accept: "application/json", ...(body.type && { "content-type": body.type }) },
    options.headers,
  )
  return {
    method,
    headers,
    body: body.content,
    urlAt(place) {
      const url = urlAt(place, path, options.path)
      for (const [name, value] of Object.entries(options.query ?? {})) {
        if (value === undefined) continue
        url.searchParams.delete(name)
        for (const each of Array.isArray(value) ? value : [value]) url.searchParams.append(name, String(each))
      }
      return url
    },
  }
}

/**
 * The draft as a request, the API's own headers beneath its, filled with what is known of the account. A fragment is no part of a request.
 * @throws HoldfastError `input_invalid`, `config_invalid` for a value that no header can hold
 */
export function requestOf(draft: Draft, url: URL, api: Api, data: Readonly<Record<string, string>>): Request {
  const headers = headersOf(filledHeaders(api.headers ?? {}, data), draft.headers)
  const address = new URL(url)
  address.hash = ""
  const init: RequestInit & { duplex?: "half" } = { method: draft.method, headers, redirect: "manual" }
  if (draft.body !== undefined) init.body = draft.body
  if (draft.body instanceof ReadableStream) init.duplex = "half"
  try {
    return new Request(address, init)
  } catch {
    throw new HoldfastError("input_invalid", `A ${draft.method} request cannot be made like this.`)
  }
}

/** Headers of the API; one whose value is not known, as before anybody is identified, is left out. */
function filledHeaders(
  headers: Readonly<Record<string, string>>,
  data: Readonly<Record<string, string>>,
): Record<string, string> {
  const known = Object.entries(headers).filter(([, value]) => holesOf(value).every((name) => dataOf(data, name) !== ""))
  return Object.fromEntries(
    known.map(([header, value]) => [header, fillHoles(value, (name) => headerValue(name, dataOf(data, name)))]),
  )
}

const dataOf = (data: Readonly<Record<string, string>>, name: string) =>
  Object.hasOwn(data, name) ? (data[name] ?? "") : ""

// Line breaks would begin another header; what is not ASCII each server reads in its own way.
function headerValue(name: string, value: string): string {
  if (/^[\x20-\x7e]+$/.test(value)) return value
  throw new HoldfastError("config_invalid", `The account's ${name} is not what a header can hold.`, {
    details: { fields: [name] },
  })
}

function headersOf(defaults: HeadersInit, given: HeadersInit | undefined): Headers {
  try {
    const headers = new Headers(defaults)
    for (const [name, value] of new Headers(given)) headers.set(name, value)
    return headers
  } catch {
    throw new HoldfastError("input_invalid", "A header holds what headers cannot.", {
      details: { fields: ["headers"] },
    })
  }
}

function bodyOf(options: HttpOptions): { content: Body | undefined; type?: string } {
  if (options.json !== undefined) {
    try {
      return { content: JSON.stringify(options.json), type: "application/json" }
    } catch {
      throw new HoldfastError("input_invalid", "The body cannot be written as JSON.", { details: { fields: ["json"] } })
    }
  }
  if (options.form) {
    const form = new URLSearchParams()
    for (const [name, value] of Object.entries(options.form)) if (value !== undefined) form.append(name, String(value))
    return { content: form.toString(), type: "application/x-www-form-urlencoded" }
  }
  const { body } = options
  return { content: body === undefined || typeof body === "string" ? body : new Uint8Array(body) }
}
