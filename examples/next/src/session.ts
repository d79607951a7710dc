import { createHmac, timingSafeEqual } from "node:crypto"
import type { Owner } from "@holdfast/core"
import { cookies } from "next/headers"

/*
 * STAND-IN for your own login. It lets anybody in as one of two people. In your app delete this file and let `currentOwner` read
 * your session: Auth.js, better-auth, a JWT, …
 */

// One for all bundles that Next makes of this file.
const secret = process.env.SESSION_SECRET ?? "only for development"

const people: Readonly<Record<string, Owner>> = {
  admin: { tenantId: "example", userId: "admin", admin: true },
  member: { tenantId: "example", userId: "member" },
}

/** Who is signed in, by a cookie that only this app can have signed. Nobody: `undefined`. */
export async function currentOwner(): Promise<Owner | undefined> {
  const [name = "", signature = ""] = (await cookies()).get("session")?.value.split(".") ?? []
  const expected = sign(name)
  const isOurs = signature.length === expected.length && timingSafeEqual(Buffer.from(signature), Buffer.from(expected))
  return isOurs && Object.hasOwn(people, name) ? people[name] : undefined
}

/** Signs somebody in. */
export async function signIn(name: string): Promise<void> {
  const cookie = { httpOnly: true, sameSite: "lax", path: "/" } as const
  ;(await cookies()).set("session", `${name}.${sign(name)}`, cookie)
}

function sign(name: string): string {
  return createHmac("sha256", secret).update(name).digest("base64url")
}
