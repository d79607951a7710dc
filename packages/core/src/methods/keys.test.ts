import { describe, expect, it } from "vitest"
import { z } from "zod"
import type { AuthMethod, Grant, Next } from "../method.js"
import type { Field, Input } from "../step.js"
import { apiKey } from "./api-key.js"
import { basic } from "./basic.js"
import { now, stepOf, testContext } from "./test-context.js"

const key: Field = { name: "key", label: "API key", type: "password", help: "Under Settings, API." }
const region: Field = {
  name: "region",
  label: "Region",
  type: "select",
  options: [
    { value: "eu", label: "EU" },
    { value: "us", label: "US" },
  ],
}
const appKey: Field = { name: "applicationKey", label: "Application key", type: "password" }
const account: Field = { name: "account", label: "Account", type: "text", required: false }

const start = (values: Record<string, string> = {}): Input => ({ from: "start", values })
const form = (values: Record<string, string>): Input => ({ from: "form", values })

function grantOf<Secret>(next: Next<never, Secret>): Grant<Secret> {
  if (!("grant" in next)) throw new Error("expected a grant")
  return next.grant
}

async function requestOf<Secret>(method: AuthMethod<Secret, never>, secret: Secret): Promise<Headers> {
  const request = await method.authorize?.(testContext<never>(), new Request("https://api.acme.example/"), secret)
  return request?.headers ?? new Headers()
}

describe("a key that is pasted", () => {
  const method = apiKey({ fields: [key, appKey, region, account] })

  it("is asked for, and sealed with the other secret fields; the rest describes the account", async () => {
    const context = testContext<never>()
    const step = stepOf(await method.begin(context, start()), "form")
    expect(step).toEqual({
      kind: "form",
      id: "api_key",
      title: "Connect with API Key",
      fields: [key, appKey, region, account],
    })
    const typed = { key: " sk-1\n", applicationKey: "app-1", region: "eu", account: "" }
    expect(grantOf(await method.advance(context, form(typed)))).toEqual({
      slots: {
        main: {
          secret: { key: "sk-1", extra: { applicationKey: "app-1" } },
          clock: { issuedAt: now, expiresAt: "unknown", rotation: "none" },
        },
      },
      evidence: { input: { region: "eu" }, fingerprint: "fingerprint of 4" },
    })
    expect(context.seen).toEqual([])
  })

  it("says what is wrong with it in the connector's words, and in no others", async () => {
    const input = z.object({
      key: z
        .string()
        .max(40)
        .refine((text) => !text.startsWith("pk-"), "That is a publishable key."),
    })
    const picky = apiKey({ fields: [key], input })
    const errorOf = async (typed: string) =>
      stepOf(await picky.advance(testContext<never>(), form({ key: typed })), "form").error
    const message = "That is a publishable key."
    expect(await errorOf("pk-1")).toEqual({ code: "input_invalid", field: "key", message })
    expect(await errorOf("x".repeat(41))).toEqual({ code: "input_invalid", field: "key" })
    expect(stepOf(await picky.begin(testContext<never>(), start()), "form").error).toBeUndefined()
  })

  it("may come with the start", async () => {
    const next = await apiKey({ fields: [key] }).begin(testContext<never>(), start({ key: "sk-1", other: "x" }))
    expect(grantOf(next)).toMatchObject({ slots: { main: { secret: { key: "sk-1" } } }, evidence: { input: {} } })
  })

  it.each([
    [{ applicationKey: "a", region: "eu" }, "key"],
    [{ key: " ", applicationKey: "a", region: "eu" }, "key"],
    [{ key: "k", applicationKey: "a", region: "mars" }, "region"],
    [{ key: "k".repeat(9_000), applicationKey: "a", region: "eu" }, "key"],
  ])("is asked for again with %j: %s", async (values, field) => {
    const again = stepOf(await method.advance(testContext<never>(), form(values)), "form")
    expect(again.error).toEqual({ code: "input_invalid", field })
    expect(JSON.stringify(again)).not.toContain("kkk")
  })

  it("is checked by the connector's own rule before anything is sent (quirk 25)", async () => {
    const input = z.object({
      key: z
        .string()
        .trim()
        .regex(/-[a-z]+\d+$/),
    })
    const mailchimp = apiKey({ fields: [key], input })
    const again = stepOf(await mailchimp.advance(testContext<never>(), form({ key: "without-dc" })), "form")
    expect(again.error).toEqual({ code: "input_invalid", field: "key" })
    expect(
      grantOf(await mailchimp.advance(testContext<never>(), form({ key: "abc-us21" }))).slots?.main?.secret,
    ).toEqual({ key: "abc-us21" })
  })

  it("goes on requests as Bearer, or as the connector says", async () => {
    expect((await requestOf(method, { key: "sk-1" })).get("authorization")).toBe("Bearer sk-1")
    const own = apiKey({ fields: [key], authorize: ({ headers }, secret) => headers.set("x-key", secret.key) })
    expect([...(await requestOf(own, { key: "sk-1" }))]).toEqual([["x-key", "sk-1"]])
  })

  it("cannot be asked for without a field for it", () => {
    expect(() => apiKey({ fields: [region] })).toThrow(expect.objectContaining({ code: "config_invalid" }))
  })

  it("neither refreshes nor says that it lasts for ever", () => {
    expect(method.refresh).toBeUndefined()
    expect(method.policy).toMatchObject({ rotation: "none", accessTokenSeconds: "unknown", expectsRefreshToken: false })
    expect(method.secret.safeParse({ key: "sk-1", extra: { a: "b" } }).success).toBe(true)
  })
})

describe("a user name and a password", () => {
  const fields: Field[] = [
    { name: "site", label: "Site", type: "url" },
    { name: "username", label: "User", type: "text" },
    { name: "password", label: "Application password", type: "password" },
  ]
  const typed = { site: "https://blog.example", username: " ann ", password: "abcd EFGH 1234 " }

  it("are kept letter by letter, blanks of the password included", async () => {
    const grant = grantOf(await basic({ fields }).advance(testContext<never>(), form(typed)))
    expect(grant.slots?.main?.secret).toEqual({ username: "ann", password: "abcd EFGH 1234 " })
    expect(grant.evidence).toEqual({ input: { site: "https://blog.example", username: "ann" } })
  })

  it("are normalised where the connector says how", async () => {
    const input = z.object({
      site: z.url(),
      username: z.string(),
      password: z.string().transform((text) => text.replaceAll(" ", "")),
    })
    const grant = grantOf(await basic({ fields, input }).advance(testContext<never>(), form(typed)))
    expect(grant.slots?.main?.secret.password).toBe("abcdEFGH1234")
  })

  it("refuse an address that is none", async () => {
    for (const site of ["blog", "ftp://blog.example", "javascript:alert(1)"]) {
      const again = stepOf(await basic({ fields }).advance(testContext<never>(), form({ ...typed, site })), "form")
      expect(again.error).toEqual({ code: "input_invalid", field: "site" })
    }
  })

  it("go on requests as Basic in UTF-8 (RFC 7617)", async () => {
    const headers = await requestOf(basic({ fields }), { username: "test", password: "123£" })
    expect(headers.get("authorization")).toBe("Basic dGVzdDoxMjPCow==")
  })

  it("are no one string to hand out", () => {
    expect(basic({ fields }).accessToken).toBeUndefined()
    expect(() => basic({ fields: [] })).toThrow(expect.objectContaining({ code: "config_invalid" }))
  })
})

describe("credentials that are put together from what is typed", () => {
  it("are a user name with a mark behind it (email/token), put there once", async () => {
    const fields: readonly Field[] = [
      { name: "username", label: "E-mail", type: "text" },
      { name: "password", label: "API token", type: "password" },
    ]
    const input = z.object({
      username: z.string().transform((email) => `${email.replace(/\/token$/, "")}/token`),
      password: z.string(),
    })
    const method = basic({ fields, input })
    const typed = { username: "first@acme.example", password: "canary-token" }
    const { slots } = grantOf(await method.begin(testContext<never>(), start(typed)))
    const secret = slots?.main?.secret ?? { username: "", password: "" }
    const sent = (await requestOf(method, secret)).get("authorization")
    expect(sent).toBe(`Basic ${btoa("first@acme.example/token:canary-token")}`)
    const again = await method.begin(testContext<never>(), start({ ...typed, username: secret.username }))
    expect(grantOf(again).slots?.main?.secret).toEqual(secret)
  })

  it("are a key that says where its account lives, and only that of it is kept in the open", async () => {
    const input = z
      .object({ key: z.string().regex(/-[a-z]+\d+$/) })
      .transform(({ key }) => ({ key, dc: key.slice(key.lastIndexOf("-") + 1) }))
    const method = apiKey({
      fields: [key],
      input,
      authorize: (request, held) => request.headers.set("x-acme-key", held.key),
    })
    const grant = grantOf(await method.begin(testContext<never>(), start({ key: "canary-us21" })))
    expect(grant.evidence.input).toEqual({ dc: "us21" })
    const headers = await requestOf(method, grant.slots?.main?.secret ?? { key: "" })
    expect([headers.get("x-acme-key"), headers.get("authorization")]).toEqual(["canary-us21", null])
  })
})
