import { describe, expect, test } from "vitest"
import { createSite } from "../site.js"
import { browserCookieName, newBrowserId, readBrowserId, setBrowserId } from "./cookies.js"

function siteAt(url: string) {
  return createSite({ url } as Parameters<typeof createSite>[0], { owner: () => null })
}

describe("the browser's id (X12)", () => {
  test("over https is a __Host- cookie, which no other host or path can set", () => {
    const site = siteAt("https://app.example.com/api")
    expect(browserCookieName(site)).toBe("__Host-holdfast")
    const cookie = setBrowserId(site, "id")
    for (const part of ["__Host-holdfast=id", "Path=/", "Secure", "HttpOnly", "SameSite=Lax", "Max-Age=34560000"]) {
      expect(cookie.split("; ")).toContain(part)
    }
    expect(cookie).not.toContain("Domain")
  })

  test("over http on loopback has a plain name and is not Secure, or Safari would drop it", () => {
    const site = siteAt("http://localhost:3000/api")
    expect(setBrowserId(site, "id")).toMatch(/^holdfast=id; /)
    expect(setBrowserId(site, "id")).not.toContain("Secure")
  })

  test("is read among others, and only where it is well-formed", () => {
    const site = siteAt("https://app.example.com")
    const id = newBrowserId()
    const read = (cookie: string) => readBrowserId(site, new Request("https://x", { headers: { cookie } }))
    expect(read(`session=s; __Host-holdfast=${id}; other=o`)).toBe(id)
    for (const wrong of [
      "",
      "session=s",
      "__Host-holdfast=",
      "__Host-holdfast=short",
      `holdfast=${id}`,
      `__Host-holdfast=${id}x`,
    ]) {
      expect(read(wrong)).toBeUndefined()
    }
  })

  test("is 256 random bits", () => {
    const ids = new Set(Array.from({ length: 50 }, newBrowserId))
    expect(ids.size).toBe(50)
    for (const id of ids) expect(id).toMatch(/^[\w-]{43}$/)
  })
})
