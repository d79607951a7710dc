import { HoldfastError } from "@holdfast/core"
import type { Site } from "../site.js"
import { ownToken } from "./bearer.js"

/**
 * What lets a page of a listed origin read an answer, cookies included (S2). A page of another may read what a token of ours alone was
 * answered, be it a refusal: browsers keep such an answer from a page that sent cookies. Nothing for others.
 */
export function corsHeaders(site: Site, request: Request): Record<string, string> {
  const origin = request.headers.get("origin")
  const isListed = origin !== null && site.origins.has(origin)
  if (origin === null || !(isListed || ownToken(site, request))) return { vary: "Origin" }
  return {
    vary: "Origin",
    "access-control-allow-origin": origin,
    ...(isListed && { "access-control-allow-credentials": "true" }),
    "access-control-expose-headers": "Retry-After",
  }
}

/** Whether a request only asks what it may send. */
export function isPreflight(request: Request): boolean {
  return request.method === "OPTIONS" && request.headers.has("access-control-request-method")
}

// What pages send beside a token.
const bearerHeaders: readonly string[] = ["authorization", "content-type", "x-api-version"]

/**
 * Answers a preflight of a listed origin, and of any other that wants to send a token and no cookies: whose pages a token is for is known
 * only when it comes.
 * @throws HoldfastError `forbidden` for all else
 */
export function answerPreflight(site: Site, request: Request): Response {
  const origin = request.headers.get("origin")
  const wanted = request.headers.get("access-control-request-headers") ?? "content-type"
  if (origin !== null && site.origins.has(origin)) {
    // A listed origin is trusted with cookies, so also with any header it likes.
    return permit({ "access-control-allow-headers": wanted })
  }
  const names = wanted.split(",").map((name) => name.trim().toLowerCase())
  if (origin === null || !names.includes("authorization") || !names.every((name) => bearerHeaders.includes(name))) {
    throw new HoldfastError(
      "forbidden",
      `A page of ${origin ?? "no origin"} asked to call. Add it to origins if it is yours.`,
    )
  }
  // Without Allow-Credentials: the browser sends no cookies, and none that it holds can be abused.
  return permit({
    "access-control-allow-origin": origin,
    "access-control-allow-headers": bearerHeaders.join(", "),
  })
}

function permit(headers: Readonly<Record<string, string>>): Response {
  const common = { "access-control-allow-methods": "GET, POST, PUT, DELETE", "access-control-max-age": "600" }
  return new Response(null, { status: 204, headers: { ...common, ...headers } })
}
