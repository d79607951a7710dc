import { describe, expect, it } from "vitest"
import { z } from "zod"
import type { Connector, ErrorMeaning } from "../connector.js"
import { defineConnector } from "../define-connector.js"
import type { Outcome } from "../method.js"
import { apiKey } from "../methods/api-key.js"
import { clientCredentials } from "../methods/client-credentials.js"
import { oauth1 } from "../methods/oauth1.js"
import { oauth2 } from "../methods/oauth2.js"
import { refresh, standard } from "../methods/test-acme.js"
import { diagnoseAnswer, type ProviderSaid } from "./diagnose-answer.js"

const endpoint = "https://acme.example/token"
const acme: Connector = defineConnector({
  id: "acme",
  vendor: "acme",
  name: "Acme",
  category: "other",
  documentation: "https://acme.example/docs",
  methods: [
    oauth2({ ...standard, grantErrors: ["gone"], clientErrors: ["app_off"], laterErrors: ["busy"] }),
    clientCredentials({
      tokenEndpoint: endpoint,
      credentialsFrom: "form",
      fields: [
        { name: "client_id", label: "Id", type: "text" },
        { name: "client_secret", label: "Secret", type: "password" },
      ],
    }),
    oauth1({
      id: "oauth1",
      requestTokenEndpoint: "https://acme.example/request",
      authorizationEndpoint: "https://acme.example/authorize",
      accessTokenEndpoint: "https://acme.example/access",
    }),
    apiKey({ fields: [{ name: "key", label: "Key", type: "password" }] }),
  ],
  app: null,
  api: { baseUrl: "https://acme.example", authorization: "Bearer" },
  errors: {
    read: ({ body }) => z.object({ error: z.string() }).safeParse(body).data?.error,
    codes: { no_seat: "forbidden", ended: "grant_ended" },
  },
  causes: [
    {
      codes: ["no_seat", "gone"],
      when: ["calling"],
      cause: "seat_missing",
      actor: "end_user",
      text: "The person has no seat.",
      advice: "Have an owner give them one.",
    },
  ],
  identify: async () => ({ id: "1", label: "one" }),
  check: async () => [],
  operations: {},
  setup: { url: "https://acme.example/apps", steps: [] },
})()

const meaning = (said: ProviderSaid) => diagnoseAnswer(acme, said)?.code

describe("an answer to a refresh", () => {
  /** What the engine makes of an outcome, as it goes on. */
  const comesTo: Record<Exclude<Outcome["is"], "renewed" | "refused">, readonly ErrorMeaning[]> = {
    later: ["rate_limited"],
    unknown: ["provider_unavailable", "provider_rejected", "response_invalid"],
  }

  it.each([
    [400, { error: "invalid_grant" }],
    [400, { error: "gone" }],
    [401, { error: "invalid_client" }],
    [400, { error: "app_off" }],
    [400, { error: "busy" }],
    [400, { error: "slow_down" }],
    [429, {}],
    [400, { error: "never_heard_of" }],
    [400, {}],
    [500, { error: "invalid_grant" }],
    [503, "<html>"],
    [200, { error: "invalid_grant" }],
    [200, "<html>"],
    [200, { access_token: "at-2", refresh_token: "rt-2" }],
    [403, { error: { code: 190 } }],
    [400, "error=invalid_grant&error_description=No"],
  ])("%i %j means what the refresh itself makes of it", async (status, body) => {
    const headers = { "content-type": typeof body === "string" ? "text/plain" : "application/json" }
    const answer = typeof body === "string" ? { status, text: body, headers } : { status, json: body, headers }
    const options = { grantErrors: ["gone"], clientErrors: ["app_off"], laterErrors: ["busy"] }
    const { outcome } = await refresh(answer, options)
    const diagnosis = diagnoseAnswer(acme, { moment: "refreshing", status, headers, body })
    if (outcome.is === "renewed") return expect(diagnosis).toBeUndefined()
    const expected =
      outcome.is === "refused" ? [outcome.by === "grant" ? "reauth_required" : "config_invalid"] : comesTo[outcome.is]
    expect(expected).toContain(diagnosis?.code)
    expect(diagnosis?.providerCode).toBe(outcome.providerCode)
  })

  it("ends a connection only where the grant or what was typed is refused", () => {
    const form = { moment: "refreshing", method: "client_credentials", status: 401 } as const
    expect(meaning({ ...form, body: { error: "invalid_client" } })).toBe("reauth_required")
    expect(meaning({ ...form, body: { error: "never_heard_of" } })).toBe("provider_rejected")
    expect(meaning({ ...form, status: 200, body: { access_token: "at" } })).toBeUndefined()
  })
})

describe("an answer while connecting", () => {
  it.each([
    [302, { error: "access_denied" }, "access_denied", "access_denied"],
    [302, "error=access_denied&state=s", "access_denied", "access_denied"],
    [302, { error: "redirect_uri_mismatch" }, "redirect_uri_mismatch", "redirect_uri_mismatch"],
    [302, { error: "unauthorized_client" }, "config_invalid", "app_may_not_connect"],
    [302, { error: "invalid_scope" }, "config_invalid", "scope_not_allowed"],
    [302, { error: "never_heard_of" }, "provider_rejected", "connecting_refused"],
    [400, { error: "invalid_grant" }, "provider_rejected", "code_refused"],
    [400, { error: "invalid_request" }, "provider_rejected", "request_malformed"],
    [400, { error: "redirect_uri_mismatch" }, "redirect_uri_mismatch", "redirect_uri_mismatch"],
    [401, { error: "invalid_client" }, "config_invalid", "app_refused"],
    [400, { message: "no code at all" }, "provider_rejected", "connecting_refused"],
    [200, { access_token: "at-1" }, "refresh_token_missing", "refresh_token_missing"],
    [200, "<html>", "response_invalid", "answer_not_understood"],
  ] as const)("%i %j is %s: %s", (status, body, code, cause) => {
    expect(diagnoseAnswer(acme, { moment: "connecting", status, body })).toMatchObject({ code, cause })
  })

  it("is a success where everything came, or a code", () => {
    const tokens = { access_token: "at-1", refresh_token: "rt-1" }
    expect(diagnoseAnswer(acme, { moment: "connecting", status: 200, body: tokens })).toBeUndefined()
    expect(diagnoseAnswer(acme, { moment: "connecting", status: 302, body: { code: "c" } })).toBeUndefined()
  })

  it("by OAuth 1.0a is the app's trouble, or the person's no", () => {
    const by = { moment: "connecting", method: "oauth1" } as const
    expect(meaning({ ...by, status: 401, body: "oauth_problem=consumer_key_unknown" })).toBe("config_invalid")
    expect(meaning({ ...by, status: 302, body: { denied: "token" } })).toBe("access_denied")
    expect(meaning({ ...by, status: 302, body: { oauth_token: "t", oauth_verifier: "v" } })).toBeUndefined()
    expect(meaning({ ...by, status: 503 })).toBe("provider_unavailable")
    expect(meaning({ ...by, status: 200, body: "oauth_token=t&oauth_token_secret=s" })).toBeUndefined()
  })

  it("by a key is the API's own, and says that the key is not accepted", () => {
    const by = { moment: "connecting", method: "api_key" } as const
    expect(meaning({ ...by, status: 401 })).toBe("credential_invalid")
    expect(meaning({ ...by, status: 400, body: { error: "ended" } })).toBe("credential_invalid")
    expect(meaning({ ...by, status: 403, body: { error: "no_seat" } })).toBe("forbidden")
    expect(meaning({ ...by, status: 200, body: {} })).toBeUndefined()
  })
})

describe("an answer to a call", () => {
  it("is told by the connector's own cause where it knows the code, at that moment only", () => {
    expect(diagnoseAnswer(acme, { moment: "calling", status: 403, body: { error: "no_seat" } })).toEqual({
      cause: "seat_missing",
      actor: "end_user",
      text: "The person has no seat.",
      advice: "Have an owner give them one.",
      code: "forbidden",
      moment: "calling",
      providerCode: "no_seat",
      providerStatus: 403,
    })
    expect(diagnoseAnswer(acme, { moment: "refreshing", status: 400, body: { error: "gone" } })?.cause).toBe(
      "grant_ended",
    )
  })

  it("of 401 is renewed where there is something to renew with, and needs another key where not", () => {
    expect(diagnoseAnswer(acme, { moment: "calling", status: 401 })?.cause).toBe("token_expired")
    expect(diagnoseAnswer(acme, { moment: "calling", method: "api_key", status: 401 })?.cause).toBe("key_refused")
  })

  it("never repeats what is no short code, nor anything else of the body", () => {
    const body = { error: "a sentence with a canary in it", detail: "canary" }
    const diagnosis = diagnoseAnswer(acme, { moment: "calling", status: 400, body })
    expect(diagnosis).not.toHaveProperty("providerCode")
    expect(JSON.stringify(diagnosis)).not.toContain("canary")
    const token = diagnoseAnswer(acme, { moment: "refreshing", status: 400, body })
    expect(token?.providerCode).toBe("unrecognised")
    expect(JSON.stringify(token)).not.toContain("canary")
  })
})
