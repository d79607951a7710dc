import { createHmac, timingSafeEqual } from "node:crypto"
import type { IncomingMessage } from "node:http"
import type { Owner } from "@holdfast/core"
import express, { type Router } from "express"

/*
 * STAND-IN for your own login. It lets anybody in as one of two people, and exists so that the example has somebody to ask
 * for. In your app delete this file and let `ownerOf` read your session: express-session, Auth.js, better-auth, a JWT, …
 */

const people: Readonly<Record<string, Owner>> = {
  admin: { tenantId: "example", userId: "admin", admin: true },
  member: { tenantId: "example", userId: "member" },
}

export interface Sessions {
  /** Who is signed in. Nobody: `undefined`. */
  ownerOf(request: IncomingMessage): Owner | undefined
  /** `POST /sign-in`, `POST /sign-out`, and `/`: the way to the sign-in page, or to the page where accounts are connected. */
  readonly routes: Router
}

/** Cookies signed with `secret`, so that a restart signs nobody out. */
export function sessionStandIn(secret: string): Sessions {
  const sign = (name: string) => `${name}.${createHmac("sha256", secret).update(name).digest("base64url")}`

  function signedIn(request: IncomingMessage): string | undefined {
    const cookie = /(?:^|;\s*)session=([\w.-]+)/.exec(request.headers.cookie ?? "")?.[1] ?? ""
    return Object.keys(people).find((name) => isSame(cookie, sign(name)))
  }

  const cookie = { httpOnly: true, sameSite: "lax" } as const
  const routes = express.Router()
  routes.post("/sign-in", express.urlencoded({ extended: false, limit: "1kb" }), (request, response) => {
    const name = String(request.body?.name)
    if (Object.hasOwn(people, name)) response.cookie("session", sign(name), cookie)
    response.redirect(303, "/")
  })
  routes.post("/sign-out", (_request, response) => {
    response.clearCookie("session", cookie).redirect(303, "/sign-in.html")
  })
  routes.get("/", (request, response) => {
    // How a connect has ended stands in the query, and the page reads it there.
    const { search } = new URL(request.url, "http://localhost")
    response.redirect(303, signedIn(request) === undefined ? "/sign-in.html" : `/api/integrations/ui${search}`)
  })
  return {
    ownerOf(request) {
      const name = signedIn(request)
      return name === undefined ? undefined : people[name]
    },
    routes,
  }
}

function isSame(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other))
}
