import { createHmac } from "node:crypto"
import { describe, expect, it } from "vitest"
import { digest, hmac, hmacSignature, pkceChallenge } from "./signing.js"

const bytes = (text: string) => new TextEncoder().encode(text)
const parts = {
  method: "POST",
  url: "https://app.example/hook",
  body: bytes('{"a":1}'),
  at: 1_531_420_618_900,
  id: "d-1",
}

describe("hmacSignature", () => {
  /** @see https://docs.slack.dev/authentication/verifying-requests-from-slack */
  it("signs as Slack's documented example", async () => {
    const body =
      "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar" +
      "&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com" +
      "%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    const slack = hmacSignature({
      secret: "8f742231b10e8888abcd99yyyzzz85a5",
      signed: "v0:{timestamp}:{body}",
      headers: { "x-slack-signature": "v0={signature}", "x-slack-request-timestamp": "{timestamp}" },
    })
    expect(await slack.sign({ ...parts, body: bytes(body) })).toEqual({
      "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
      "x-slack-request-timestamp": "1531420618",
    })
  })

  /** @see https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries */
  it("signs as GitHub's documented example", async () => {
    const github = hmacSignature({
      secret: "It's a Secret to Everybody",
      headers: { "x-hub-signature-256": "sha256={signature}" },
    })
    expect(await github.sign({ ...parts, body: bytes("Hello, World!") })).toEqual({
      "x-hub-signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
    })
  })

  it("signs timestamp and body in one header, as Stripe does", async () => {
    const stripe = hmacSignature({
      secret: "whsec_test",
      signed: "{timestamp}.{body}",
      headers: { "stripe-signature": "t={timestamp},v1={signature}" },
    })
    const expected = createHmac("sha256", "whsec_test").update('1531420618.{"a":1}').digest("hex")
    expect(await stripe.sign(parts)).toEqual({ "stripe-signature": `t=1531420618,v1=${expected}` })
  })

  it("signs the body alone in base64, as Shopify does", async () => {
    const shopify = hmacSignature({
      secret: "hush",
      encoding: "base64",
      headers: { "x-shopify-hmac-sha256": "{signature}" },
    })
    const expected = createHmac("sha256", "hush").update('{"a":1}').digest("base64")
    expect(await shopify.sign(parts)).toEqual({ "x-shopify-hmac-sha256": expected })
  })

  it("knows base64 keys, ids, URLs, methods and milliseconds", async () => {
    const signature = hmacSignature({
      secret: Buffer.from("the key").toString("base64"),
      secretIsBase64: true,
      algorithm: "SHA-1",
      timestamp: "milliseconds",
      signed: "{method}{url}{id}.{timestamp}.{body}",
      headers: { "webhook-id": "{id}", "webhook-signature": "v1,{signature}" },
    })
    const text = `POST${parts.url}d-1.1531420618900.{"a":1}`
    const expected = createHmac("sha1", "the key").update(text).digest("hex")
    expect(await signature.sign(parts)).toEqual({ "webhook-id": "d-1", "webhook-signature": `v1,${expected}` })
  })

  it("signs the exact bytes, also when they are no text", async () => {
    const signature = hmacSignature({ secret: "k", signed: "<{body}>", headers: { s: "{signature}" } })
    const body = Uint8Array.from([0xff, 0x00, 0xfe])
    const expected = createHmac("sha256", "k")
      .update(Buffer.concat([Buffer.from("<"), body, Buffer.from(">")]))
      .digest("hex")
    expect(await signature.sign({ ...parts, body })).toEqual({ s: expected })
  })
})

/** @see https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/authorization-code-grant */
it("hmac computes the callback vector of quirk 11", async () => {
  const query =
    "code=0907a61c0c8d55e99db179b68161bc00&shop=some-shop.myshopify.com&state=0.6784241404160823&timestamp=1337178173"
  expect(await hmac("SHA-256", "hush", query, "hex")).toBe(
    "700e2dadb827fcc8609e9d5ce208b2e9cdaab9df07390d2cbca10d7c328fc4bf",
  )
})

/** @see https://www.rfc-editor.org/rfc/rfc7636#appendix-B */
it("pkceChallenge computes the example of RFC 7636", async () => {
  expect(await pkceChallenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")).toBe(
    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
  )
})

it("digest tells values apart and is short", async () => {
  expect(await digest("one")).toMatch(/^[0-9a-f]{16}$/)
  expect(await digest("one")).not.toBe(await digest("two"))
})
