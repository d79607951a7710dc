import { createHmac, timingSafeEqual } from "node:crypto"
import type { IncomingMessage, ServerResponse } from "node:http"
import { text } from "node:stream/consumers"
import type { Owner } from "@holdfast/core"

/*
 * STAND-IN for your own login. It lets anybody in as one of two people. In your app delete this file and let `ownerOf` read
 * your session.
 */

const secret = process.env.SESSION_SECRET ?? crypto.randomUUID()

// A token never speaks for an admin, so there is none among them.
const people: Readonly<Record<string, Owner>> = {
  member: { tenantId: "example", userId: "member" },
  colleague: { tenantId: "example", userId: "colleague" },
}

/** Who is signed in, by a cookie that only this app can have signed. Nobody: `undefined`. */
export function ownerOf({ headers }: IncomingMessage): Owner | undefined {
  const [, name = "", signature = ""] = /(?:^|;\s*)session=(\w+)\.([\w-]+)/.exec(headers.cookie ?? "") ?? []
  const expected = sign(name)
  const isOurs = signature.length === expected.length && timingSafeEqual(Buffer.from(signature), Buffer.from(expected))
  return isOurs && Object.hasOwn(people, name) ? people[name] : undefined
}

/** Signs somebody in, by the form of the sign-in page. */
export async function signIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const name = encodeURIComponent(new URLSearchParams(await text(request)).get("name") ?? "")
  const cookie = `session=${name}.${sign(name)}; Path=/; HttpOnly; SameSite=Lax`
  response.writeHead(303, { location: "/", "set-cookie": cookie }).end()
}

function sign(name: string): string {
  return createHmac("sha256", secret).update(name).digest("base64url")
}
