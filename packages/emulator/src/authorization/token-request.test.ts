import { describe, expect, it } from "vitest"
import { acme, exchangeOf, getCode, postToken } from "../test-support.js"

const basic = (id: string, secret: string) => ({ headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` } })
const noSecret = { client_id: undefined, client_secret: undefined }

describe("grant_type", () => {
  it("must be there, unless the provider takes its absence for a code", async () => {
    for (const [grantTypeRequired, expected] of [
      [true, 400],
      [false, 200],
    ] as const) {
      const emulator = acme({ grantTypeRequired })
      const request = { ...exchangeOf(await getCode(emulator)), grant_type: undefined }
      expect((await postToken(emulator, request)).status).toBe(expected)
    }
  })
})

describe("client authentication", () => {
  async function exchange(
    method: "basic" | "post" | "either" | "none",
    parameters: Record<string, string | undefined>,
    init: RequestInit = {},
  ) {
    const emulator = acme({ clientAuthentication: method })
    const { status, body } = await postToken(emulator, { ...exchangeOf(await getCode(emulator)), ...parameters }, init)
    return status === 200 ? "ok" : `${status} ${body.error}: ${emulator.log.at(-1)?.refusal}`
  }
  const post = { client_id: "app", client_secret: "app-secret" }
  const header = basic("app", "app-secret")

  it("takes the documented method and no other", async () => {
    expect(await exchange("basic", noSecret, header)).toBe("ok")
    expect(await exchange("basic", post)).toBe("401 invalid_client: client_authentication_method")
    expect(await exchange("post", post)).toBe("ok")
    expect(await exchange("post", noSecret, header)).toBe("401 invalid_client: client_authentication_method")
    expect(await exchange("either", post)).toBe("ok")
    expect(await exchange("either", noSecret, header)).toBe("ok")
    expect(await exchange("none", { ...noSecret, client_id: "app" })).toBe("ok")
  })

  it("refuses two methods at once, and a client_id that is another's", async () => {
    expect(await exchange("either", post, header)).toBe("401 invalid_client: client_authentication_method")
    expect(await exchange("either", { ...noSecret, client_id: "other" }, header)).toBe(
      "401 invalid_client: client_unknown",
    )
  })

  it("refuses wrong, missing and garbled secrets and unknown clients", async () => {
    expect(await exchange("post", { ...post, client_secret: "wrong" })).toBe("401 invalid_client: client_secret_wrong")
    expect(await exchange("post", { ...post, client_secret: undefined })).toBe(
      "401 invalid_client: client_authentication_missing",
    )
    expect(await exchange("either", noSecret)).toBe("401 invalid_client: client_authentication_missing")
    expect(await exchange("either", { ...post, client_id: "nobody" })).toBe("401 invalid_client: client_unknown")
    for (const authorization of ["Basic !!!", "Bearer x", `Basic ${btoa("no-colon")}`, `Basic ${btoa("%:x")}`]) {
      expect(await exchange("either", noSecret, { headers: { authorization } })).toBe(
        "401 invalid_client: client_authentication_method",
      )
    }
  })

  it("may be a bearer key that names its client, where the provider has it so", async () => {
    const bearer = (key: string) => ({ headers: { authorization: `Bearer ${key}` } })
    const emulator = acme({
      shownCredentials({ request }) {
        const key = /^Bearer (.+)$/.exec(request.headers.get("authorization") ?? "")?.[1]
        return key === undefined ? undefined : { clientId: "app", clientSecret: key }
      },
    })
    const end = async (parameters: Record<string, string | undefined>, init?: RequestInit) => {
      const request = { ...exchangeOf(await getCode(emulator)), ...noSecret, ...parameters }
      const { status } = await postToken(emulator, request, init)
      return status === 200 ? "ok" : emulator.log.at(-1)?.refusal
    }
    expect(await end({}, bearer("app-secret"))).toBe("ok")
    expect(await end({}, bearer("wrong"))).toBe("client_secret_wrong")
    expect(await end({ client_id: "other" }, bearer("app-secret"))).toBe("client_unknown")
    expect(await end(post)).toBe("ok")
  })

  it("decodes a Basic header as RFC 6749 2.3.1 encodes it", async () => {
    const emulator = acme()
    const clientSecret = "a+b c:d%é"
    emulator.provider.oauth.registerClient({
      clientId: "app",
      clientSecret,
      redirectUris: ["https://app.example/callback"],
    })
    const encoded = encodeURIComponent(clientSecret).replaceAll("%20", "+")
    const answer = await postToken(
      emulator,
      { ...exchangeOf(await getCode(emulator)), ...noSecret },
      basic("app", encoded),
    )
    expect(answer.status).toBe(200)
  })

  it("names the scheme when a header was refused", async () => {
    const answer = await acme().fetch("https://acme.example/oauth/token", {
      method: "POST",
      body: new URLSearchParams({ grant_type: "authorization_code" }),
      ...basic("app", "wrong"),
    })
    expect([answer.status, answer.headers.get("www-authenticate")]).toEqual([401, "Basic"])
  })
})

describe("the format of token requests", () => {
  const send = async (emulator: ReturnType<typeof acme>, body: string, type: string | undefined, url?: string) => {
    const answer = await emulator.fetch(url ?? "https://acme.example/oauth/token", {
      method: "POST",
      body: new TextEncoder().encode(body),
      ...(type ? { headers: { "content-type": type } } : {}),
    })
    return answer.status === 200 ? "ok" : `${answer.status} ${emulator.log.at(-1)?.refusal}`
  }
  const form = async (emulator: ReturnType<typeof acme>) =>
    new URLSearchParams({ ...exchangeOf(await getCode(emulator)), client_id: "app", client_secret: "app-secret" })

  it("is a form by default; JSON, text and nothing are refused (quirk 29)", async () => {
    const emulator = acme()
    const asForm = (await form(emulator)).toString()
    const asJson = JSON.stringify(Object.fromEntries(new URLSearchParams(asForm)))
    expect(await send(emulator, asJson, "application/json")).toBe("400 content_type")
    expect(await send(emulator, asForm, "text/plain")).toBe("400 content_type")
    expect(await send(emulator, asForm, undefined)).toBe("400 content_type")
    expect(await send(emulator, asForm, "application/x-www-form-urlencoded;charset=UTF-8")).toBe("ok")
    expect(emulator.counters.tokenCalls).toEqual({ unreadable: 3, authorization_code: 1 })
  })

  it("is JSON where the provider takes JSON, and then no form (quirk 8)", async () => {
    const emulator = acme({ tokenRequestFormat: "json" })
    const asForm = (await form(emulator)).toString()
    const asJson = JSON.stringify(Object.fromEntries(new URLSearchParams(asForm)))
    expect(await send(emulator, asForm, "application/x-www-form-urlencoded")).toBe("400 content_type")
    expect(await send(emulator, "[1]", "application/json")).toBe("400 content_type")
    expect(await send(emulator, asJson, "application/json")).toBe("ok")
  })

  it("may be either", async () => {
    const emulator = acme({ tokenRequestFormat: "either" })
    const asJson = JSON.stringify(Object.fromEntries(await form(emulator)))
    expect(await send(emulator, asJson, "application/json")).toBe("ok")
    expect(await send(emulator, (await form(emulator)).toString(), "application/x-www-form-urlencoded")).toBe("ok")
  })

  it("refuses repeated parameters, and counts empty ones as absent", async () => {
    const emulator = acme()
    const asForm = (await form(emulator)).toString()
    const type = "application/x-www-form-urlencoded"
    expect(await send(emulator, `${asForm}&code=twice`, type)).toBe("400 parameter_repeated")
    expect(await send(emulator, asForm.replace(/code=\w+/, "code="), type)).toBe("400 parameter_missing")
  })

  it("reads the query only where the provider does", async () => {
    const strict = acme()
    const query = `https://acme.example/oauth/token?${await form(strict)}`
    expect(await send(strict, "", undefined, query)).toBe("400 content_type")
    const lenient = acme({ tokenParametersInQuery: true })
    expect(await send(lenient, "", undefined, `https://acme.example/oauth/token?${await form(lenient)}`)).toBe("ok")
  })

  it("refuses GET", async () => {
    expect((await acme().fetch("https://acme.example/oauth/token?grant_type=authorization_code")).status).toBe(405)
  })
})
