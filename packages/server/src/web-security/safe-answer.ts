import { expect } from "vitest"

const pagePolicy = {
  "default-src": "'none'",
  "script-src": "'self'",
  "style-src": "'self'",
  "base-uri": "'none'",
  "frame-ancestors": "'none'",
}

const assetCaching = ["public, max-age=3600", "public, no-cache"]

/** What is so of every answer, whatever was asked and however it ended. */
export async function expectSafeAnswer(answer: Response, name: string): Promise<void> {
  const { headers } = answer
  const type = headers.get("content-type") ?? ""
  const isAsset = /^text\/(css|javascript)/.test(type) && answer.status === 200
  expect(isAsset ? assetCaching : ["no-store"], name).toContain(headers.get("cache-control"))
  expect(headers.get("x-content-type-options"), name).toBe("nosniff")
  expect(headers.get("vary"), name).toContain("Origin")
  expect(["no-referrer", "same-origin"], name).toContain(headers.get("referrer-policy"))
  // No stack, no class name and no path of a file, in any answer.
  if (answer.status >= 400) expect(await answer.clone().text(), name).not.toMatch(/HoldfastError|\.ts:\d|\bat \w+ \(/)
  if (type.startsWith("text/html")) await expectSafePage(answer, name)
  for (const cookie of headers.getSetCookie()) expectSafeCookie(cookie, name)
}

/** Nothing inline, nothing from elsewhere, and in nobody's frame. */
async function expectSafePage(answer: Response, name: string): Promise<void> {
  const policy = Object.fromEntries(
    (answer.headers.get("content-security-policy") ?? "").split("; ").map((part) => {
      const [directive = "", ...sources] = part.split(" ")
      return [directive, sources.join(" ")]
    }),
  )
  expect(policy, name).toMatchObject(pagePolicy)
  expect(JSON.stringify(policy), name).not.toMatch(/unsafe-|\*|https?:/)
  expect(answer.headers.get("x-frame-options"), name).toBe("DENY")
  const markup = await answer.clone().text()
  expect(markup, name).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:|<base|<iframe|<object/i)
}

function expectSafeCookie(cookie: string, name: string): void {
  const [pair = "", ...attributes] = cookie.split("; ")
  const isHostOnly = pair.startsWith("__Host-")
  expect(attributes, name).toEqual(expect.arrayContaining(["Path=/", "HttpOnly", "SameSite=Lax"]))
  expect(attributes.includes("Secure"), name).toBe(isHostOnly)
  expect(attributes.join(), name).not.toContain("Domain")
}
