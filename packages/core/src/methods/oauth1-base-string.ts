const leftAlone = /[!'()*]/g

/** A name and a value, as they are meant: not encoded. */
export type Pair = readonly [name: string, value: string]

/** @see https://www.rfc-editor.org/rfc/rfc5849#section-3.6 */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(leftAlone, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
}

/**
 * What a signature is made over: method, address without its query, and every parameter of header, query and form.
 * @see https://www.rfc-editor.org/rfc/rfc5849#section-3.4.1
 */
export function signatureBaseString(method: string, url: URL, parameters: readonly Pair[]): string {
  // URL parsing has made scheme and host small, and has left the scheme's own port out.
  const address = `${url.protocol}//${url.host}${url.pathname}`
  return [method.toUpperCase(), address, normalised([...url.searchParams, ...parameters])].map(percentEncode).join("&")
}

/** @see https://www.rfc-editor.org/rfc/rfc5849#section-3.4.1.3.2 */
function normalised(parameters: readonly Pair[]): string {
  return parameters
    .map(([name, value]): Pair => [percentEncode(name), percentEncode(value)])
    .sort(([name, value], [otherName, otherValue]) => order(name, otherName) || order(value, otherValue))
    .map((pair) => pair.join("="))
    .join("&")
}

// By bytes; what is encoded is ASCII.
function order(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
