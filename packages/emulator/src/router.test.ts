import { describe, expect, it } from "vitest"
import type { HttpMethod } from "./contract.js"
import { originMatches, splitEndpoint } from "./origins.js"
import { createRouter } from "./router.js"

function routerOf(...routes: [method: HttpMethod, origin: string, template: string][]) {
  const router = createRouter()
  for (const [method, origin, template] of routes) {
    const id = `${method} ${origin}${template}`
    router.add({ id, methods: [method], origin, template, handler: () => new Response(), names: undefined })
  }
  return (method: string, url: string) => {
    const match = router.match(method, new URL(url))
    return match.is === "found" ? { id: match.route.id, params: match.params } : { allowed: match.allowed }
  }
}

const origin = "https://api.example"

describe("path templates", () => {
  it("fill holes with decoded segments", () => {
    const match = routerOf(["GET", origin, "/users/{id}/posts/{post}"])
    expect(match("GET", `${origin}/users/a%2Fb/posts/7`)).toMatchObject({ params: { id: "a/b", post: "7" } })
    expect(match("GET", `${origin}/users/a/b/posts/7`)).toEqual({ allowed: [] })
  })

  it("may have a hole in a part of a segment, and the more literal one wins", () => {
    const match = routerOf(["POST", origin, "/values/{range}"], ["POST", origin, "/values/{range}:append"])
    expect(match("POST", `${origin}/values/A1:append`)).toMatchObject({ params: { range: "A1" } })
    expect(match("POST", `${origin}/values/A1:B2`)).toMatchObject({ params: { range: "A1:B2" } })
  })

  it("may end in a hole for the remainder", () => {
    const match = routerOf(["GET", origin, "/files/{path...}"])
    expect(match("GET", `${origin}/files/a/b.txt`)).toMatchObject({ params: { path: "a/b.txt" } })
  })

  it("take dots and other marks literally", () => {
    const match = routerOf(["GET", origin, "/admin/shop.json"])
    expect(match("GET", `${origin}/admin/shopxjson`)).toEqual({ allowed: [] })
  })

  it("survive a broken percent sign", () => {
    const match = routerOf(["GET", origin, "/{id}"])
    expect(match("GET", `${origin}/100%`)).toMatchObject({ params: { id: "100%" } })
  })

  it("start with a slash, or are refused", () => {
    expect(() => routerOf(["GET", origin, "users"])).toThrow(TypeError)
  })
})

describe("methods and origins", () => {
  it("names the methods that a path has", () => {
    const match = routerOf(["GET", origin, "/a"], ["POST", origin, "/a"])
    expect(match("DELETE", `${origin}/a`)).toEqual({ allowed: ["GET", "POST"] })
  })

  it("matches one label of a pattern", () => {
    const pattern = "https://*.myshopify.com"
    expect(originMatches(pattern, "https://one-shop.myshopify.com")).toBe(true)
    for (const foreign of [
      "https://myshopify.com",
      "https://a.b.myshopify.com",
      "http://one.myshopify.com",
      "https://.myshopify.com",
      "https://one.myshopify.com.evil.example",
    ]) {
      expect(originMatches(pattern, foreign), foreign).toBe(false)
    }
  })

  it("prefers a concrete origin to a pattern", () => {
    const match = routerOf(["GET", "https://*.example", "/a"], ["GET", origin, "/a"])
    expect(match("GET", `${origin}/a`)).toMatchObject({ id: `GET ${origin}/a` })
  })

  it("splits endpoints and refuses what is none", () => {
    expect(splitEndpoint("https://*.shop.example/oauth/{x}")).toEqual({
      origin: "https://*.shop.example",
      path: "/oauth/{x}",
    })
    expect(splitEndpoint("https://shop.example").path).toBe("/")
    expect(() => splitEndpoint("shop.example/oauth")).toThrow(TypeError)
    expect(() => splitEndpoint("https://a.*.example/x")).toThrow(TypeError)
  })
})
