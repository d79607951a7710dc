import { HoldfastError } from "@holdfast/core"
import type { Site } from "../site.js"

/** What lets a page of a listed origin read an answer, cookies included. Nothing for others (S2). */
export function corsHeaders(site: Site, request: Request): Record<string, string> {
  const origin = request.headers.get("origin")
  if (origin === null || !site.origins.has(origin)) return { vary: "Origin" }
  return {
    vary: "Origin",
    "access-control-allow-origin": origin,
    "access-control-allow-credentials": "true",
    "access-control-expose-headers": "Retry-After",
  }
}

/** Whether a request only asks what it may send. */
export function isPreflight(request: Request): boolean {
  return request.method === "OPTIONS" && request.headers.has("access-control-request-method")
}

/**
 * Answers a preflight of a listed origin.
 * @throws HoldfastError `forbidden` for any other
 */
export function answerPreflight(site: Site, request: Request): Response {
  const origin = request.headers.get("origin")
  if (origin === null || !site.origins.has(origin)) {
    throw new HoldfastError(
      "forbidden",
      `A page of ${origin ?? "no origin"} asked to call. Add it to origins if it is yours.`,
    )
  }
  return new Response(null, {
    status: 204,
    headers: {
      "access-control-allow-methods": "GET, POST, PUT, DELETE",
      // A listed origin is trusted with cookies, so also with any header it likes.
      "access-control-allow-headers": request.headers.get("access-control-request-headers") ?? "content-type",
      "access-control-max-age": "600",
    },
  })
}
