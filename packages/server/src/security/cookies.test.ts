import { describe, expect, test } from "vitest"
import { createSite } from "../site.js"
import { newBrowserId, readBrowserIds, setBrowserId } from "./cookies.js"

function siteAt(url: string) {
  return createSite({ url } as Parameters<typeof createSite>[0], { owner: () => null })
}

function read(site: ReturnType<typeof siteAt>, cookie: string) {
  return readBrowserIds(site, new Request("https://x", { headers: { cookie } }))
}

describe("the browser's id (X12)", () => {
  const site = siteAt("https://app.example.com/api")

  test("over https is a __Host- cookie, which no other host or path can set", () => {
    const cookie = setBrowserId(site, "id")
    expect(cookie).toMatch(/^__Host-holdfast-[\w-]{8}=id; /)
    for (const part of ["Path=/", "Secure", "HttpOnly", "SameSite=Lax", "Max-Age=34560000"])
      expect(cookie.split("; ")).toContain(part)
    expect(cookie).not.toContain("Domain")
  })

  test("over http on loopback has a plain name and is not Secure, or Safari would drop it", () => {
    const local = siteAt("http://localhost:3000/api")
    const id = newBrowserId()
    const cookie = setBrowserId(local, id)
    expect(cookie).toMatch(/^holdfast-[\w-]{8}=/)
    expect(cookie).not.toContain("Secure")
    expect(read(local, cookie.split(";")[0] ?? "")).toEqual([id])
  })

  test("is read among others, and only where it is well-formed", () => {
    const id = newBrowserId()
    expect(read(site, `session=s; __Host-holdfast-aaaaaaaa=${id}; other=o`)).toEqual([id])
    for (const wrong of [
      "",
      "session=s",
      "__Host-holdfast-aaaaaaaa=",
      "__Host-holdfast-aaaaaaaa=short",
      `holdfast-aaaaaaaa=${id}`,
      `__Host-holdfast-aaaaaaaa=${id}x`,
    ]) {
      expect(read(site, wrong)).toEqual([])
    }
  })

  test("of two answers that each give one, both stay: no name is set twice", () => {
    const ids = [newBrowserId(), newBrowserId()]
    const jar = new Map(ids.map((id) => (setBrowserId(site, id).split(";")[0] ?? "").split("=") as [string, string]))
    expect(read(site, [...jar].map(([name, value]) => `${name}=${value}`).join("; "))).toEqual(ids)
  })

  test("is read twenty times at most, however many are sent", () => {
    const many = Array.from({ length: 50 }, (_, at) => `__Host-holdfast-${at}=${newBrowserId()}`)
    expect(read(site, many.join("; "))).toHaveLength(20)
  })

  test("is 256 random bits", () => {
    const ids = new Set(Array.from({ length: 50 }, newBrowserId))
    expect(ids.size).toBe(50)
    for (const id of ids) expect(id).toMatch(/^[\w-]{43}$/)
  })
})
