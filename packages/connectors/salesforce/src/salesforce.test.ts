import { describe, expect, it } from "vitest"
import { createSalesforceEmulator, defaultUsers, emulatorApp } from "./emulator.js"
import { instanceOf } from "./login.js"
import { ada, bob, endOf, salesforceWorld } from "./test-support.js"

const [first, second, sandboxed] = defaultUsers
const soql = "SELECT Id, Name FROM Account"
const renamed = "renamed.my"

describe("sessions whose life nobody tells (quirk 15)", () => {
  it("are neither endless nor over at once: used until Salesforce says otherwise, then refreshed once", async () => {
    const { connect, emulator, requests } = salesforceWorld()
    const connection = await connect()
    expect((await connection.info()).slots.main).toMatchObject({ expiresAt: "unknown" })
    expect((await connection.token()).expiresAt).toBe("unknown")
    await connection.run("query", { soql })
    emulator.clock.advance(7_201_000)
    const before = requests.length
    expect(await connection.run("query", { soql })).toMatchObject({ totalSize: 3 })
    expect(requests.slice(before).map(({ method, url }) => `${method} ${new URL(url).pathname}`)).toEqual([
      "GET /services/data/v66.0/query",
      "POST /services/oauth2/token",
      "GET /services/data/v66.0/query",
    ])
    expect(await connection.info()).toMatchObject({ status: "active" })
  })

  it("are refused in a list, which is read (quirk 15)", async () => {
    const emulator = createSalesforceEmulator()
    const { main } = emulator.provider.oauth.issue({ scopes: ["api"] })
    emulator.clock.advance(7_201_000)
    const headers = { authorization: `Bearer ${main.accessToken}` }
    const answer = await emulator.fetch("https://first.my.salesforce.com/services/data/v66.0/", { headers })
    expect(answer.status).toBe(401)
    expect(await answer.json()).toEqual([{ message: "Session expired or invalid", errorCode: "INVALID_SESSION_ID" }])
  })
})

describe("the org's host (quirk 15)", () => {
  it("is the one of the token answer", async () => {
    const { connect, requests } = salesforceWorld()
    const connection = await connect({}, { account: second?.id ?? "" })
    await connection.run("query", { soql })
    expect(new URL(requests.at(-1)?.url ?? "").host).toBe("second.my.salesforce.com")
  })

  it("moves with a refresh, and the call that found out goes to the new one", async () => {
    const { connect, emulator, requests } = salesforceWorld()
    const connection = await connect()
    await connection.run("query", { soql })
    emulator.provider.moveOrg(first?.organizationId ?? "", renamed)
    emulator.clock.advance(61_000)
    expect(await connection.run("query", { soql })).toMatchObject({ totalSize: 3 })
    expect(new URL(requests.at(-1)?.url ?? "").host).toBe("renamed.my.salesforce.com")
    expect((await connection.info()).account.data).toMatchObject({ instance: renamed, username: "ada@first.example" })
  })

  it.each([
    "https://evil.example",
    "https://first.my.salesforce.com.evil.example",
    "https://evilsalesforce.com",
    "https://salesforce.com",
    "http://first.my.salesforce.com",
    "https://first.my.salesforce.com:8443",
    "https://user@first.my.salesforce.com",
    undefined,
  ])("is never %s", (address) => {
    expect(() => instanceOf(address)).toThrow(expect.objectContaining({ code: "response_invalid" }))
  })

  it("stays what it was where a refresh names a strange one", async () => {
    const stranger = { instance_url: "https://evil.example" }
    const { connect, requests, emulator } = salesforceWorld({}, async (request, answer) => {
      if (!new URL(request.url).pathname.endsWith("/token") || !answer.ok) return answer
      const body = (await answer.json()) as Record<string, unknown>
      return Response.json(body.refresh_token === undefined ? { ...body, ...stranger } : body)
    })
    const connection = await connect()
    emulator.clock.advance(7_201_000)
    await connection.run("query", { soql })
    expect(new Set(requests.map(({ url }) => new URL(url).host))).toEqual(
      new Set(["login.salesforce.com", "first.my.salesforce.com"]),
    )
  })
})

describe("log-in pages", () => {
  it("of sandboxes are at test.salesforce.com, also to refresh and to revoke (quirk 15)", async () => {
    const { connect, emulator, requests } = salesforceWorld()
    const connection = await connect({ method: "oauth_sandbox" })
    expect((await connection.info()).account.id).toBe(`${sandboxed?.organizationId}:${sandboxed?.id}`)
    emulator.clock.advance(7_201_000)
    await connection.run("query", { soql })
    await connection.disconnect()
    expect(new Set(requests.map(({ url }) => new URL(url).host))).toEqual(
      new Set(["test.salesforce.com", "first--uat.sandbox.my.salesforce.com"]),
    )
  })

  it.each([
    ["first", "first.my.salesforce.com"],
    [" First.my.salesforce.com ", "first.my.salesforce.com"],
    ["https://first--uat.sandbox.my.salesforce.com/lightning", "first--uat.sandbox.my.salesforce.com"],
  ])("of an org of its own are typed as people know them: %s", async (domain, host) => {
    const { leave } = salesforceWorld()
    const url = await leave({ method: "oauth_my_domain", values: { domain } })
    expect(url.host).toBe(host)
  })

  it.each([
    "first.lightning.force.com",
    "evil.example",
    "first.my.salesforce.com.evil.example",
    "evil.example/.my.salesforce.com",
    "a.b.c.my.salesforce.com",
    "user@first.my.salesforce.com",
    "first.my.salesforce.com:8443",
    "http://first.my.salesforce.com",
  ])("are at a My Domain and nowhere else: %s (quirk 15)", async (domain) => {
    const { begin, requests } = salesforceWorld()
    const { step } = await begin({ method: "oauth_my_domain", values: { domain } })
    expect(step).toMatchObject({ kind: "form", error: { code: "input_invalid", field: "domain" } })
    expect(requests).toEqual([])
  })

  it("of an org of its own refresh and revoke there", async () => {
    const { connect, emulator, requests } = salesforceWorld()
    const connection = await connect({ method: "oauth_my_domain", values: { domain: "first" } })
    emulator.clock.advance(7_201_000)
    await connection.run("query", { soql })
    expect(await connection.disconnect()).toMatchObject({ revocation: "revoked" })
    expect(new Set(requests.map(({ url }) => new URL(url).host))).toEqual(new Set(["first.my.salesforce.com"]))
  })
})

describe("the token answer", () => {
  it("is refused where its identity is not signed with the consumer secret", async () => {
    const { walk, holdfast } = salesforceWorld({ signsTruly: false })
    const { error } = await walk()
    expect(error?.code).toBe("provider_rejected")
    expect(await holdfast.for(ada).list()).toEqual([])
  })

  it("came for a code that ends in equals signs, unspoilt, with a PKCE verifier", async () => {
    const { connect, requests } = salesforceWorld()
    const arrived: string[] = []
    const arrive = (back: URL) => {
      arrived.push(back.href)
      return back
    }
    await connect({}, { arrive })
    expect(arrived[0]).toContain("%3D%3D")
    const form = new URLSearchParams(await requests[0]?.text())
    expect(form.get("code")).toMatch(/^aPrx\w+==$/)
    expect(form.get("code_verifier")).toMatch(/^[\w-]{43}$/)
  })

  it("names another person than its identity URL: nobody is connected", async () => {
    const { walk } = salesforceWorld({}, async (request, answer) => {
      if (!new URL(request.url).pathname.startsWith("/id/")) return answer
      return Response.json({ ...((await answer.json()) as object), user_id: second?.id })
    })
    expect((await walk()).error?.code).toBe("response_invalid")
  })
})

describe("refresh tokens (quirk 40)", () => {
  it("stay, where the app has no rotation", async () => {
    const { connect, emulator } = salesforceWorld()
    const connection = await connect()
    for (let turn = 0; turn < 3; turn++) {
      emulator.clock.advance(7_201_000)
      await connection.run("query", { soql })
    }
    expect(emulator.counters.refreshes.mostForOne).toBe(3)
    expect(await connection.info()).toMatchObject({ status: "active" })
  })

  it("rotate where it has, and each is shown once, whoever asks", async () => {
    const { connect, emulator } = salesforceWorld({ rotation: true })
    const connection = await connect()
    for (let turn = 0; turn < 3; turn++) {
      emulator.clock.advance(7_201_000)
      await Promise.all(Array.from({ length: 20 }, () => connection.run("query", { soql })))
    }
    expect(emulator.counters.refreshes.mostForOne).toBe(1)
    expect(await connection.info()).toMatchObject({ status: "active" })
  })

  it("that were spent end the family at the stand-in", async () => {
    const emulator = createSalesforceEmulator({ rotation: true })
    const { main } = emulator.provider.oauth.issue({ scopes: ["api", "refresh_token"] })
    const refresh = (refresh_token = "") =>
      emulator.fetch("https://login.salesforce.com/services/oauth2/token", {
        method: "POST",
        body: new URLSearchParams({
          grant_type: "refresh_token",
          refresh_token,
          client_id: emulatorApp.clientId,
          client_secret: emulatorApp.clientSecret,
        }),
      })
    const { refresh_token } = (await (await refresh(main.refreshToken)).json()) as { refresh_token: string }
    expect((await refresh(main.refreshToken)).status).toBe(400)
    expect(await (await refresh(refresh_token)).json()).toMatchObject({ error: "invalid_grant" })
  })

  it("are five for a person: the sixth consent ends the first", async () => {
    const { connect, emulator } = salesforceWorld()
    const oldest = await connect({ owner: bob })
    for (let turn = 0; turn < 5; turn++) emulator.provider.oauth.issue({ scopes: ["api", "refresh_token"] })
    emulator.clock.advance(7_201_000)
    expect(await endOf(oldest.run("query", { soql }))).toMatchObject({ code: "reauth_required" })
  })
})

describe("queries", () => {
  it("go on where the page before ended", async () => {
    const { connect } = salesforceWorld({ batchSize: 2 })
    const connection = await connect()
    const page = await connection.run("query", { soql })
    expect(page).toMatchObject({ totalSize: 3, done: false, nextRecordsUrl: expect.any(String) })
    const rest = await connection.run("query", { next_records_url: page.nextRecordsUrl ?? "" })
    expect(rest).toMatchObject({ done: true })
    expect([...page.records, ...rest.records].map(({ Name }) => Name)).toEqual(["Acme", "Globex", "Umbra"])
  })

  it("are walked to their end", async () => {
    const { connect } = salesforceWorld({ batchSize: 2 })
    const connection = await connect()
    const names: unknown[] = []
    for await (const { Name } of connection.paginate("query", { soql })) names.push(Name)
    expect(names).toEqual(["Acme", "Globex", "Umbra"])
  })

  it.each([
    {},
    { soql, next_records_url: "/services/data/v66.0/query/01g-2" },
    { next_records_url: "https://evil.example/services/data/v66.0/query/01g-2" },
    { next_records_url: "/services/data/v66.0/sobjects/01g-2" },
  ])("are asked for in one way: %j", async (parameters) => {
    const { connect, requests } = salesforceWorld()
    const connection = await connect()
    const before = requests.length
    expect((await endOf(connection.run("query", parameters))).code).toBe("input_invalid")
    expect(requests).toHaveLength(before)
  })
})

describe("the day's requests", () => {
  it("are shown as Salesforce counts them", async () => {
    const { connect } = salesforceWorld()
    const { provider } = await (await connect()).statistics()
    expect(provider).toEqual([
      { label: "API requests in 24 hours", value: 1 },
      { label: "API requests allowed in 24 hours", value: 15_000 },
    ])
  })
})
