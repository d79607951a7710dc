import { readFile } from "node:fs/promises"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { holdfast } from "./integrations.js"
import { bundlePage } from "./script.js"
import { ownerOf, signIn } from "./session.js"

export const siteUrl = process.env.SITE_URL ?? "http://localhost:3001"

type Answer = (request: IncomingMessage, response: ServerResponse) => unknown

const script = await bundlePage(holdfast.url)

const routes: Readonly<Record<string, Answer>> = {
  "GET /": file("index.html", "text/html"),
  "GET /sign-in": file("sign-in.html", "text/html"),
  "GET /page.css": file("page.css", "text/css"),
  "POST /sign-in": signIn,
  "GET /page.js": (_request, response) => response.setHeader("content-type", "text/javascript").end(script),
  // Good for five minutes, and for the pages of this origin alone.
  "GET /token": async (request, response) => {
    const owner = ownerOf(request)
    if (!owner) return response.writeHead(401).end()
    response.setHeader("cache-control", "no-store")
    return response.end(await holdfast.access.browserToken(owner, { origin: siteUrl }))
  },
}

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src data:",
  `connect-src 'self' ${new URL(holdfast.url).origin}`,
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ")

/** A static site on an origin of its own, and the little that its server does: sign people in, and mint tokens for them. */
export function pages(): Server {
  return createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", siteUrl)
    const answer = routes[`${request.method} ${pathname}`]
    response.setHeader("content-security-policy", policy)
    if (answer) await answer(request, response)
    else response.writeHead(404).end()
  })
}

function file(name: string, type: string): Answer {
  return async (_request, response) => {
    response.setHeader("content-type", `${type}; charset=utf-8`)
    response.end(await readFile(new URL(`../public/${name}`, import.meta.url)))
  }
}
