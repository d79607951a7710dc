import { describe, expect, it } from "vitest"
import { type Pair, percentEncode, signatureBaseString } from "./oauth1-base-string.js"
import { type OAuth1Credentials, oauth1Signature, signOAuth1 } from "./oauth1-sign.js"
import { now } from "./test-context.js"

const runtime = {
  clock: { now: () => now, monotonic: () => 0 },
  random: (length: number) => new Uint8Array(length).fill(7),
}
const credentials: OAuth1Credentials = { clientId: "key", clientSecret: "canary-secret" }

const rfcParameters = (timestamp: string, nonce: string, token: string): Pair[] => [
  ["oauth_consumer_key", "dpf43f3p2l4k3l03"],
  ["oauth_token", token],
  ["oauth_signature_method", "HMAC-SHA1"],
  ["oauth_timestamp", timestamp],
  ["oauth_nonce", nonce],
]

const published = [
  // https://www.rfc-editor.org/rfc/rfc5849#section-1.2
  {
    title: "RFC 5849 section 1.2, the exchange for token credentials",
    method: "POST",
    url: "https://photos.example.net/token",
    parameters: [
      ...rfcParameters("137131201", "walatlh", "hh5s93j4hdidpola"),
      ["oauth_verifier", "hfdp7dh39dks9884"],
    ] as Pair[],
    secrets: ["kd94hf93k423kf44", "hdhd0244k9j7ao03"],
    signature: "gKgrFCywp7rO0OXSjdot/IHF7IU=",
  },
  {
    title: "RFC 5849 section 1.2, a request for the photo",
    method: "GET",
    url: "http://photos.example.net/photos?file=vacation.jpg&size=original",
    parameters: rfcParameters("137131202", "chapoH", "nnch734d00sl2jdk"),
    secrets: ["kd94hf93k423kf44", "pfkkdhi9sl3r4s00"],
    signature: "MdpQcU8iPSUjWoN/UDMsK2sui9I=",
  },
  // https://developer.x.com/en/docs/authentication/oauth-1-0a/creating-a-signature
  {
    title: "Twitter's, with a query and a form",
    method: "POST",
    url: "https://api.twitter.com/1.1/statuses/update.json?include_entities=true",
    parameters: [
      ["status", "Hello Ladies + Gentlemen, a signed OAuth request!"],
      ["oauth_consumer_key", "xvz1evFS4wEEPTGEFPHBog"],
      ["oauth_nonce", "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg"],
      ["oauth_signature_method", "HMAC-SHA1"],
      ["oauth_timestamp", "1318622958"],
      ["oauth_token", "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb"],
      ["oauth_version", "1.0"],
    ] as Pair[],
    secrets: ["kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw", "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE"],
    signature: "hCtSmYh+iHYCEqBWrE7C7hYmtUk=",
  },
]

describe("published signatures", () => {
  it.each(published)("are made alike: $title", async ({ method, url, parameters, secrets, signature }) => {
    const base = signatureBaseString(method, new URL(url), parameters)
    const [clientSecret = "", tokenSecret = ""] = secrets
    expect(await oauth1Signature("HMAC-SHA1", base, clientSecret, tokenSecret)).toBe(signature)
  })
})

describe("the signature base string", () => {
  it("is the one of RFC 5849 section 3.4.1.1", () => {
    const url = new URL("http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b")
    const parameters: Pair[] = [
      ["oauth_consumer_key", "9djdj82h48djs9d2"],
      ["oauth_token", "kkk9d7dh3k39sjv7"],
      ["oauth_signature_method", "HMAC-SHA1"],
      ["oauth_timestamp", "137131201"],
      ["oauth_nonce", "7d8f3e4a"],
      ["c2", ""],
      ["a3", "2 q"],
    ]
    expect(signatureBaseString("post", url, parameters)).toBe(
      "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26" +
        "oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26" +
        "oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7",
    )
  })

  it("encodes what encodeURIComponent leaves alone", () => {
    expect(percentEncode("a-._~!'()*☃")).toBe("a-._~%21%27%28%29%2A%E2%98%83")
  })
})

describe("a signed request", () => {
  const parametersOf = (request: Request) =>
    Object.fromEntries(
      [...(request.headers.get("authorization") ?? "").matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [
        name,
        decodeURIComponent(value ?? ""),
      ]),
    )

  it("says who signed, when and how, and never a secret", async () => {
    const request = new Request("https://api.example/me")
    const signed = await signOAuth1(request, { ...credentials, token: "token", tokenSecret: "canary-token" }, runtime)
    expect(parametersOf(signed)).toMatchObject({
      oauth_consumer_key: "key",
      oauth_token: "token",
      oauth_signature_method: "HMAC-SHA1",
      oauth_timestamp: String(now / 1_000),
      oauth_nonce: "07".repeat(16),
    })
    expect(signed.headers.get("authorization")).not.toContain("canary")
  })

  it("has a posted form under the signature, and leaves it to be sent", async () => {
    const form = (text: string) =>
      new Request("https://api.example/me", {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
        body: text,
      })
    const one = await signOAuth1(form("a=1&b=2+3"), credentials, runtime)
    const other = await signOAuth1(form("a=2&b=2+3"), credentials, runtime)
    expect(parametersOf(one).oauth_signature).not.toBe(parametersOf(other).oauth_signature)
    expect(await one.text()).toBe("a=1&b=2+3")
  })

  it("signs no other body", async () => {
    const json = (body: object) =>
      new Request("https://api.example/me", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      })
    const one = await signOAuth1(json({ a: 1 }), credentials, runtime)
    const other = await signOAuth1(json({ a: 2 }), credentials, runtime)
    expect(parametersOf(one)).toEqual(parametersOf(other))
  })

  it("carries its parameters in the query where the header is lost, beside what is there", async () => {
    const request = new Request("http://shop.example/orders?page=2&search=a%20b")
    const signed = await signOAuth1(
      request,
      { ...credentials, signatureMethod: "HMAC-SHA256", placement: "query" },
      runtime,
    )
    expect(signed.headers.get("authorization")).toBeNull()
    const { searchParams } = new URL(signed.url)
    expect(searchParams.get("search")).toBe("a b")
    const kept = [...searchParams].filter(([name]) => name !== "oauth_signature")
    const base = signatureBaseString("GET", new URL("http://shop.example/orders"), kept)
    expect(searchParams.get("oauth_signature")).toBe(
      await oauth1Signature("HMAC-SHA256", base, credentials.clientSecret, ""),
    )
  })
})
