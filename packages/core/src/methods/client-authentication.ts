import {
  type AuthorizationServer,
  allowInsecureRequests,
  type Client,
  type ClientAuth,
  ClientSecretPost,
  customFetch,
  None,
} from "oauth4webapi"
import type { App, Context } from "../context.js"
import { HoldfastError } from "../errors.js"
import { isLoopback } from "./placeholders.js"

/** How a provider wants its clients to send requests. */
export interface RequestStyle {
  readonly clientAuthentication: "basic" | "post" | "none"
  readonly format: "form" | "json"
  readonly headers: Readonly<Record<string, string>>
}

/** A client that may send requests. */
export interface Credentials {
  readonly clientId: string
  readonly clientSecret: string | undefined
}

/** @throws HoldfastError `app_not_configured` */
export function credentialsOf(app: App | undefined): Credentials {
  if (!app) throw new HoldfastError("app_not_configured")
  const { clientSecret } = app.fields
  return { clientId: app.clientId, clientSecret: clientSecret || undefined }
}

/** The client as oauth4webapi takes it. */
export function clientOf({ clientId }: Credentials): Client {
  return { client_id: clientId }
}

/** A server of which only endpoints are known. */
export function serverOf(endpoint: URL, issuer?: string): AuthorizationServer {
  return { issuer: issuer ?? endpoint.origin, token_endpoint: endpoint.href, revocation_endpoint: endpoint.href }
}

/** A client without a secret is public, whatever the provider asks of the others. */
export function clientAuthenticationOf(style: RequestStyle, { clientSecret }: Credentials): ClientAuth {
  if (clientSecret === undefined || style.clientAuthentication === "none") return None()
  return style.clientAuthentication === "basic" ? clientSecretBasic(clientSecret) : ClientSecretPost(clientSecret)
}

/**
 * RFC 6749 section 2.3.1 has id and secret form-encoded first, and many servers never decode them. Encoding only what must be is read
 * the same by both, for every id and secret that both can read.
 */
function clientSecretBasic(clientSecret: string): ClientAuth {
  return (_server, client, _body, headers) => {
    headers.set("authorization", `Basic ${btoa(`${encoded(client.client_id)}:${encoded(clientSecret)}`)}`)
  }
}

function encoded(text: string): string {
  return text.replace(/[^\x21-\x7e]+|[%+:]/g, encodeURIComponent)
}

/** Options for oauth4webapi that send through the context, in the provider's format. */
export function requestOptions(context: Pick<Context, "fetch">, style: RequestStyle, endpoint: URL) {
  return {
    // Only loopback passed the check of the endpoint without TLS.
    [allowInsecureRequests]: endpoint.protocol === "http:" && isLoopback(endpoint.hostname),
    [customFetch]: (
      url: string,
      { method, headers, body }: { method: string; headers: Record<string, string>; body: URLSearchParams },
    ) => {
      const all = new Headers(headers)
      if (style.format === "json") all.set("content-type", "application/json")
      all.set("user-agent", "holdfast")
      for (const [name, value] of Object.entries(style.headers)) all.set(name, value)
      const payload = style.format === "json" ? JSON.stringify(Object.fromEntries(body)) : body.toString()
      return context.fetch(new Request(url, { method, headers: all, body: payload, redirect: "manual" }))
    },
  }
}
