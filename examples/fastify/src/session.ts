import { createHmac, timingSafeEqual } from "node:crypto"
import type { Owner } from "@holdfast/core"
import type { FastifyInstance, FastifyRequest } from "fastify"

/*
 * STAND-IN for your own login. It lets anybody in as one of two people. In your app delete this file and let `ownerOf` read
 * your session: @fastify/session, @fastify/secure-session, a JWT, …
 */

const secret = process.env.SESSION_SECRET ?? crypto.randomUUID()

const people: Readonly<Record<string, Owner>> = {
  admin: { tenantId: "example", userId: "admin", admin: true },
  member: { tenantId: "example", userId: "member" },
}

/** Who is signed in, by a cookie that only this app can have signed. Nobody: `undefined`. */
export function ownerOf({ headers }: FastifyRequest): Owner | undefined {
  const [, name = "", signature = ""] = /(?:^|;\s*)session=(\w+)\.([\w-]+)/.exec(headers.cookie ?? "") ?? []
  const expected = sign(name)
  const isOurs = signature.length === expected.length && timingSafeEqual(Buffer.from(signature), Buffer.from(expected))
  return isOurs && Object.hasOwn(people, name) ? people[name] : undefined
}

export async function session(app: FastifyInstance): Promise<void> {
  const asText = { parseAs: "string", bodyLimit: 1_000 } as const
  app.addContentTypeParser("application/x-www-form-urlencoded", asText, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  )

  app.get("/sign-in", (_request, reply) =>
    reply.type("text/html").send(`<!doctype html><html lang="en"><title>Sign in</title><link rel="icon" href="data:,">
<h1>Sign in</h1>
<form method="post">
<button name="name" value="admin">As the admin</button>
<button name="name" value="member">As a member</button>
</form>`),
  )

  app.post<{ Body: { name: string } }>("/sign-in", ({ body }, reply) => {
    const name = encodeURIComponent(body.name)
    reply.header("set-cookie", `session=${name}.${sign(name)}; Path=/; HttpOnly; SameSite=Lax`)
    return reply.redirect("/", 303)
  })
}

function sign(name: string): string {
  return createHmac("sha256", secret).update(name).digest("base64url")
}
