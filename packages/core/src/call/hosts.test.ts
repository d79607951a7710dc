import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Api } from "../connector.js"
import { allowed, fillUrl, placeOf, urlAt } from "./hosts.js"

const api = (baseUrl: string, hosts?: readonly string[]): Api => ({
  baseUrl,
  authorization: "Bearer",
  ...(hosts && { hosts }),
})
const forbidden = expect.objectContaining({ code: "host_forbidden" })

describe("where a credential may go (ruling X6)", () => {
  const place = placeOf(
    api("https://api.acme.example/v1/", ["https://files.acme.example", "https://{region}.acme.example"]),
    {},
  )

  it("takes paths below the base, with or without a slash in front", () => {
    expect(urlAt(place, "/items/{id}", { id: "a b" }).href).toBe("https://api.acme.example/v1/items/a%20b")
    expect(urlAt(place, "chat.postMessage").href).toBe("https://api.acme.example/v1/chat.postMessage")
    expect(urlAt(place, "?page=2").href).toBe("https://api.acme.example/v1?page=2")
  })

  it("takes absolute addresses of its own hosts, as pagination gives them", () => {
    expect(urlAt(place, "https://files.acme.example/next?cursor=a%2Fb").href).toBe(
      "https://files.acme.example/next?cursor=a%2Fb",
    )
  })

  it.each([
    "https://evil.example/",
    "https://api.acme.example.evil.example/",
    "https://api.acme.example@evil.example/",
    "https://user:pass@api.acme.example/",
    "http://api.acme.example/",
    "https://api.acme.example:8443/",
    "https:evil.example",
    "HTTPS://EVIL.example/",
    "//evil.example/x",
    "\\\\evil.example\\x",
    "/\\evil.example",
    "ftp://api.acme.example/",
  ])("refuses %s", (path) => {
    expect(() => urlAt(place, path)).toThrow(forbidden)
  })

  it("leaves out hosts whose placeholder the account does not fill", () => {
    expect([...place.origins]).toEqual(["https://api.acme.example", "https://files.acme.example"])
    expect([...placeOf(api("https://a.example", ["https://{region}.b.example"]), { region: "eu" }).origins]).toContain(
      "https://eu.b.example",
    )
  })

  it("never lets a path leave the base, whatever it is (property)", () => {
    fc.assert(
      fc.property(fc.oneof(fc.webUrl({ withFragments: true }), fc.webPath(), fc.string({ unit: "binary" })), (path) => {
        try {
          expect(place.origins).toContain(urlAt(place, path).origin)
        } catch (error) {
          expect(["host_forbidden", "input_invalid"]).toContain((error as { code?: string }).code)
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe("placeholders of addresses", () => {
  it("stands for labels of a host, for a whole address, or for a segment", () => {
    expect(fillUrl("https://{dc}.api.mailchimp.example/3.0", { dc: "us6" })).toBe(
      "https://us6.api.mailchimp.example/3.0",
    )
    expect(fillUrl("https://{shop}/admin", { shop: "Acme.myshopify.example" })).toBe(
      "https://acme.myshopify.example/admin",
    )
    expect(fillUrl("{site}/wp-json", { site: "https://blog.example/sub/" })).toBe("https://blog.example/sub/wp-json")
    expect(fillUrl("https://api.example/{cloudId}/x", { cloudId: "a/b" })).toBe("https://api.example/a%2Fb/x")
  })

  it.each([
    "evil.example/",
    "evil.example#",
    "evil.example?",
    "a@evil.example",
    "evil.example\\",
    "",
    "-",
    "a..b",
    "é",
    "a b",
    "a:1",
    "%2e",
  ])("refuses %j inside a host", (shop) => {
    expect(() => fillUrl("https://{shop}.myshopify.example/admin", { shop })).toThrow()
  })

  it.each(["127.1", "0x7f000001", "2130706433", "127.0.0.1:99999", "[::1]"])(
    "refuses %j as a host: it is not written as what it is",
    (host) => {
      expect(() => fillUrl("https://{host}/", { host })).toThrow(forbidden)
    },
  )

  it.each([
    "http://blog.example",
    "https://u:p@blog.example",
    "https://blog.example/?x",
    "https://blog.example/#x",
    "javascript:x",
    "blog.example",
    "file:///x",
  ])("refuses %s as a whole address", (site) => {
    expect(() => fillUrl("{site}/wp-json", { site })).toThrow(forbidden)
  })

  it("says which values the account lacks", () => {
    expect(() => fillUrl("https://{shop}.example", {})).toThrow(
      expect.objectContaining({ code: "config_invalid", details: { fields: ["shop"] } }),
    )
  })

  it("no value can change what stands around it (property)", () => {
    const value = fc.oneof(fc.string({ unit: "binary" }), fc.domain(), fc.stringMatching(/^[a-z.:/@#?\\%-]{0,12}$/))
    fc.assert(
      fc.property(value, (shop) => {
        let filled: string
        try {
          filled = fillUrl("https://{shop}.myshopify.example/admin/{shop}", { shop })
        } catch {
          return
        }
        const url = new URL(filled)
        expect(url.hostname.endsWith(".myshopify.example")).toBe(true)
        expect([url.protocol, url.port, url.username, url.search, url.hash]).toEqual(["https:", "", "", "", ""])
        expect(url.pathname.startsWith("/admin/")).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })

  it("an address on an allowed origin is taken as it is", () => {
    const place = placeOf(api("https://api.acme.example"), {})
    expect(allowed(place, "https://api.acme.example/a%2Fb?x=1").href).toBe("https://api.acme.example/a%2Fb?x=1")
    expect(() => allowed(place, "not an address")).toThrow(forbidden)
  })
})

describe("plain http", () => {
  const signed: Api = { ...api("{site}/wp-json"), plainHttp: "signed" }

  it("is for accounts whose requests are signed, where the connector says so", () => {
    expect(placeOf(signed, { site: "http://shop.example/" }).baseUrl).toBe("http://shop.example/wp-json")
    expect(() => placeOf(api("{site}/wp-json"), { site: "http://shop.example/" })).toThrow(forbidden)
  })

  it("of an account is not where one with https is called", () => {
    const place = placeOf(signed, { site: "https://shop.example" })
    expect(() => urlAt(place, "http://shop.example/wp-json/orders")).toThrow(forbidden)
  })
})
