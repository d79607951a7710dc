import type { Owner } from "@holdfast/core"
import { type Context, Hono } from "hono"
import { getSignedCookie, setSignedCookie } from "hono/cookie"

/*
 * STAND-IN for your own login. It lets anybody in as one of two people. In your app delete this file and let `ownerOf` read
 * your session.
 */

const secret = process.env.SESSION_SECRET ?? crypto.randomUUID()

const people: Readonly<Record<string, Owner>> = {
  admin: { tenantId: "example", userId: "admin", admin: true },
  member: { tenantId: "example", userId: "member" },
}

/** Who is signed in, by a cookie that only this app can have signed. Nobody: `undefined`. */
export async function ownerOf(context: Context): Promise<Owner | undefined> {
  const name = await getSignedCookie(context, secret, "session")
  return name && Object.hasOwn(people, name) ? people[name] : undefined
}

export const session = new Hono()

session.get("/sign-in", (context) =>
  context.html(`<!doctype html><html lang="en"><title>Sign in</title><link rel="icon" href="data:,">
<h1>Sign in</h1>
<form method="post">
<button name="name" value="admin">As the admin</button>
<button name="name" value="member">As a member</button>
</form>`),
)

session.post("/sign-in", async (context) => {
  const name = String((await context.req.parseBody()).name)
  await setSignedCookie(context, "session", name, secret, { httpOnly: true, sameSite: "Lax", path: "/" })
  return context.redirect("/", 303)
})
