import { describe, expect, it } from "vitest"
import type { Outcome } from "../method.js"
import type { OAuth2Options, TokenSet } from "./oauth2-options.js"
import { fresh, held, refresh } from "./test-acme.js"
import { type Answer, fetchFailure, now } from "./test-context.js"

describe("the request", () => {
  it("shows the refresh token once, as a form, with the client's id and secret", async () => {
    const { seen } = await refresh({ json: fresh }, { refreshParameters: { audience: "{clientId}" } })
    expect(seen).toHaveLength(1)
    expect(seen[0]?.url).toBe("https://acme.example/token")
    expect(seen[0]?.headers.get("content-type")).toMatch("application/x-www-form-urlencoded")
    expect(seen[0]?.headers.get("accept")).toBe("application/json")
    expect(seen[0]?.form).toEqual({
      grant_type: "refresh_token",
      refresh_token: "rt-1",
      client_id: "client-1",
      client_secret: "canary-secret",
      audience: "client-1",
    })
  })

  it("is JSON with Basic where the provider wants that (quirk 8)", async () => {
    const { seen } = await refresh(
      { json: fresh },
      {
        tokenRequestFormat: "json",
        clientAuthentication: "basic",
        tokenRequestHeaders: { "Notion-Version": "2022-06-28" },
      },
    )
    expect(JSON.parse(seen[0]?.body ?? "")).toEqual({ grant_type: "refresh_token", refresh_token: "rt-1" })
    expect(seen[0]?.headers.get("authorization")).toBe(`Basic ${btoa("client-1:canary-secret")}`)
    expect(seen[0]?.headers.get("content-type")).toBe("application/json")
    expect(seen[0]?.headers.get("notion-version")).toBe("2022-06-28")
  })

  it("goes to an address of its own, and to the account's own host (quirks 13, 15, 19)", async () => {
    const chosen = { tokenEndpoint: "{loginUrl}/token", refreshEndpoint: "{loginUrl}/refresh" }
    const account = { id: "1", label: "one", data: { loginUrl: "https://eu.acme.example" } }
    const asked: unknown[] = []
    const guard = async (...host: unknown[]) => void asked.push(host)
    const { seen } = await refresh({ json: fresh }, chosen, { account, guard })
    expect(seen[0]?.url).toBe("https://eu.acme.example/refresh")
    expect(asked).toEqual([["eu.acme.example", 443]])
  })

  it("may have a shape of the provider's own", async () => {
    const { seen, outcome } = await refresh(
      { json: fresh },
      {
        refreshRequest: (context, secret, slot) =>
          new Request(`https://acme.example/renew/${slot}/${context.app?.clientId}`, {
            method: "PUT",
            body: secret.refreshToken ?? "",
          }),
      },
    )
    expect(seen[0]).toMatchObject({ url: "https://acme.example/renew/main/client-1", method: "PUT", body: "rt-1" })
    expect(outcome.is).toBe("renewed")
  })

  it("does not leave when the guard refuses the host, and nothing is spent", async () => {
    const account = { id: "1", label: "one", data: { loginUrl: "http://169.254.169.254" } }
    const { seen, outcome } = await refresh(
      { json: fresh },
      { tokenEndpoint: "{loginUrl}/token" },
      { account, guard: async () => {} },
    )
    expect([seen, outcome]).toEqual([[], { is: "later" }])
  })

  it("is not sent without a refresh token", async () => {
    const { seen, outcome, method } = await refresh({ json: fresh }, {}, { secret: { accessToken: "at-1" } })
    expect(outcome).toEqual({ is: "refused", by: "grant", providerCode: "refresh_token_missing" })
    expect(seen).toEqual([])
    expect(method.renewable?.({ accessToken: "at-1" })).toBe(false)
    expect(method.renewable?.(held)).toBe(true)
  })
})

describe("what came of it (design 5.5, R5)", () => {
  const invalid = (error: string) => ({ status: 400, json: { error } })
  it.each<[string, Answer, Outcome<TokenSet>]>([
    ["a grant that is gone", invalid("invalid_grant"), { is: "refused", by: "grant", providerCode: "invalid_grant" }],
    [
      "a grant that is gone, as 403 (quirk 17)",
      { status: 403, json: { error: "invalid_grant" } },
      { is: "refused", by: "grant", providerCode: "invalid_grant" },
    ],
    [
      "a grant that is gone, as 200",
      { status: 200, json: { error: "invalid_grant" } },
      { is: "refused", by: "grant", providerCode: "invalid_grant" },
    ],
    [
      "a wrong secret",
      { status: 401, json: { error: "invalid_client" } },
      { is: "refused", by: "client", providerCode: "invalid_client" },
    ],
    [
      "a client that may not",
      invalid("unauthorized_client"),
      { is: "refused", by: "client", providerCode: "unauthorized_client" },
    ],
    ["too many requests", { status: 429, headers: { "retry-after": "7" } }, { is: "later", retryAfterMs: 7_000 }],
    [
      "too many, until a date",
      { status: 429, headers: { "retry-after": new Date(now + 5_000).toUTCString() } },
      { is: "later", retryAfterMs: 5_000 },
    ],
    [
      "too many, for a year",
      { status: 429, headers: { "retry-after": "31536000" } },
      { is: "later", retryAfterMs: 86_400_000 },
    ],
    ["slow down", invalid("slow_down"), { is: "later", providerCode: "slow_down" }],
    ["a refused connection", fetchFailure("ECONNREFUSED", "connect"), { is: "later" }],
    ["no such name", fetchFailure("ENOTFOUND", "getaddrinfo"), { is: "later" }],
    ["no trust in the certificate", fetchFailure("CERT_HAS_EXPIRED"), { is: "later" }],
    ["a reset", fetchFailure("ECONNRESET", "read"), { is: "unknown" }],
    ["an abort", new DOMException("aborted", "AbortError"), { is: "unknown" }],
    ["a bad gateway", { status: 502, text: "<html>Bad Gateway</html>" }, { is: "unknown" }],
    [
      "an error of a failing backend",
      { status: 500, json: { error: "invalid_grant" } },
      { is: "unknown", providerCode: "invalid_grant" },
    ],
    [
      "unavailable, with a time to come back",
      { status: 503, json: { error: "temporarily_unavailable" }, headers: { "retry-after": "1" } },
      { is: "unknown", providerCode: "temporarily_unavailable" },
    ],
    ["a redirect", { status: 302, headers: { location: "https://evil.example/" } }, { is: "unknown" }],
    ["a page", { text: "<!doctype html><title>Sign in</title>" }, { is: "unknown" }],
    ["nothing (204)", new Response(null, { status: 204 }), { is: "unknown" }],
    ["half of an answer", { text: '{"access_token":"at-2","refresh_tok' }, { is: "unknown" }],
    ["an answer that breaks off", cutOff('{"access_token":"at-2"'), { is: "unknown" }],
    ["an answer larger than 1 MiB", { json: { ...fresh, pad: "x".repeat(1_048_576) } }, { is: "unknown" }],
    ["no access token", { json: { refresh_token: "rt-2" } }, { is: "unknown" }],
    ["a token that is no text", { json: { access_token: { nested: true } } }, { is: "unknown" }],
    ["a token that no header could carry", { json: { access_token: "at\r\nx: y" } }, { is: "unknown" }],
    ["a list", { json: [fresh] }, { is: "unknown" }],
    ["null", { json: null }, { is: "unknown" }],
    ["an error nobody listed", invalid("invalid_request"), { is: "unknown", providerCode: "invalid_request" }],
    [
      "an error that is a sentence",
      invalid("Token rt-1 is not known"),
      { is: "unknown", providerCode: "unrecognised" },
    ],
    [
      "an error that is a property of every object",
      invalid("constructor"),
      { is: "unknown", providerCode: "constructor" },
    ],
  ])("%s", async (_, answer, expected) => {
    const { outcome, logged } = await refresh(answer)
    expect(outcome).toEqual(expected)
    expect(logged.join()).not.toMatch(/rt-1|at-1|canary/)
  })

  it("adds a provider's own codes to the standard's, and reads them where it puts them (quirk 1)", async () => {
    const slack: Partial<OAuth2Options> = {
      errorCode: ({ body }) =>
        (body as { ok?: boolean; error?: string }).ok === false ? (body as { error: string }).error : undefined,
      grantErrors: ["token_revoked"],
      clientErrors: ["bad_client_secret"],
      laterErrors: ["ratelimited"],
    }
    const of = async (error: string) => (await refresh({ json: { ok: false, error } }, slack)).outcome
    expect(await of("token_revoked")).toEqual({ is: "refused", by: "grant", providerCode: "token_revoked" })
    expect(await of("invalid_grant")).toEqual({ is: "refused", by: "grant", providerCode: "invalid_grant" })
    expect(await of("bad_client_secret")).toEqual({ is: "refused", by: "client", providerCode: "bad_client_secret" })
    expect(await of("ratelimited")).toEqual({ is: "later", providerCode: "ratelimited" })
    expect(await of("fatal_error")).toEqual({ is: "unknown", providerCode: "fatal_error" })
  })

  it("is unknown when the connector's own reading fails, for tokens may be in what it could not read", async () => {
    const broken = () => {
      throw new Error("at-2 is in this message")
    }
    const { outcome, logged } = await refresh({ json: fresh }, { errorCode: broken })
    expect(outcome).toEqual({ is: "unknown" })
    expect(logged.join()).not.toContain("at-2")
  })
})

function cutOff(text: string): Response {
  const body = new ReadableStream({
    pull(controller) {
      controller.enqueue(new TextEncoder().encode(text))
      controller.error(new TypeError("terminated"))
    },
  })
  return new Response(body, { headers: { "content-type": "application/json" } })
}
