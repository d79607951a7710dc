import { HoldfastError } from "@holdfast/core"
import { describe, expect, it } from "vitest"
import { createZohoEmulator, emulatorApp } from "./emulator.js"
import { zohoBooks } from "./index.js"
import { ada, bob, endOf, zohoWorld } from "./test-support.js"

const european = { account: "20002" }
const choosing = (organizationId: string) => ({ ...european, forms: { organization: { organizationId } } })
const hosts = (requests: readonly Request[]) => [...new Set(requests.map(({ url }) => new URL(url).host))]

describe("data centres (quirk 13)", () => {
  it("begin at accounts.zoho.com; code, refresh, API and revocation are where the account is", async () => {
    const { connect, leave, emulator, requests } = zohoWorld()
    expect((await leave()).origin).toBe("https://accounts.zoho.com")
    const connection = await connect({}, choosing("80001"))
    expect((await connection.info()).account).toMatchObject({
      id: "eu:20002",
      data: { dataCentre: "eu", accountsDomain: "zoho.eu", apiDomain: "zohoapis.eu", organizationId: "80001" },
    })
    emulator.clock.advance(3_601_000)
    await connection.run("list_contacts")
    expect(await connection.disconnect()).toMatchObject({ revocation: "revoked" })
    expect(hosts(requests)).toEqual(["accounts.zoho.eu", "www.zohoapis.eu"])
  })

  it("of Canada have a name of their own", async () => {
    const canadian = {
      id: "40004",
      name: "Dee",
      email: "dee@fourth.example",
      location: "ca",
      organizations: [{ id: "90001", name: "Fourth business" }],
    }
    const { connect, requests } = zohoWorld({ users: [canadian] })
    expect((await (await connect()).info()).account.id).toBe("ca:40004")
    expect(hosts(requests)).toEqual(["accounts.zohocloud.ca", "www.zohoapis.ca"])
  })

  it.each([
    ["accounts-server", "https://evil.example"],
    ["accounts-server", "https://accounts.zoho.com.evil.example"],
    ["accounts-server", "http://accounts.zoho.com"],
    ["accounts-server", "https://accounts.zoho.com:8443"],
    ["accounts-server", "https://accounts.zoho.com@evil.example"],
    ["accounts-server", "https://accounts.zoho.com/"],
    ["accounts-server", "https://accounts.zoho.eu"],
    ["location", "mars"],
    ["location", "eu"],
  ])("that the callback makes up are refused before the secret goes anywhere: %s=%s", async (name, value) => {
    const { walk, requests, holdfast } = zohoWorld()
    const arrive = (back: URL) => {
      back.searchParams.set(name, value)
      return back
    }
    const end = await walk({}, { arrive }).then(
      ({ error }) => error?.code,
      (error: unknown) => (error as HoldfastError).code,
    )
    expect(end).toBe("state_mismatch")
    expect(requests.filter(({ method }) => method === "POST")).toEqual([])
    expect(await holdfast.for(ada).list()).toEqual([])
  })

  it("another than the account's knows nothing of the code", async () => {
    const { walk, requests } = zohoWorld()
    const arrive = (back: URL) => {
      back.searchParams.set("accounts-server", "https://accounts.zoho.in")
      back.searchParams.set("location", "in")
      return back
    }
    const { status } = await walk({}, { arrive })
    expect(status).not.toBe("connected")
    expect(hosts(requests.filter(({ url }) => url.includes("/token")))).toEqual(["accounts.zoho.in"])
  })

  it("may be the only one that an app serves", async () => {
    const { leave, connect } = zohoWorld({}, { dataCentre: "eu" })
    expect((await leave()).origin).toBe("https://accounts.zoho.eu")
    expect((await (await connect({}, choosing("80002"))).info()).account.id).toBe("eu:20002")
    expect(() => zohoBooks({ dataCentre: "mars" as "us" })).toThrow(HoldfastError)
  })

  it("name an API domain of Zoho's, or nothing is stored", async () => {
    const { walk, requests, holdfast } = zohoWorld({}, {}, async (request, answer) => {
      if (!new URL(request.url).pathname.endsWith("/token")) return answer
      return Response.json({ ...((await answer.json()) as object), api_domain: "https://evil.example" })
    })
    const end = await walk().then(
      ({ error }) => error?.code,
      (error: unknown) => (error as HoldfastError).code,
    )
    expect(end).toBe("response_invalid")
    expect(hosts(requests)).toEqual(["accounts.zoho.com"])
    expect(await holdfast.for(ada).list()).toEqual([])
  })
})

describe("client secrets (C14)", () => {
  const secrets = { eu: "emulated-european-secret" }

  it("may be one for each data centre, at every call", async () => {
    const { connect, emulator } = zohoWorld({ secrets }, { clientSecretEu: secrets.eu })
    const connection = await connect({}, choosing("80001"))
    emulator.clock.advance(3_601_000)
    expect(await connection.run("list_contacts")).toMatchObject({ page_context: { page: 1 } })
    const american = await connect({ owner: bob })
    expect((await american.info()).account.id).toBe("us:10001")
  })

  it("of another data centre are the app's fault, not the person's", async () => {
    const { walk } = zohoWorld({ secrets })
    expect((await walk({}, european)).error?.code).toBe("config_invalid")
  })
})

describe("tokens (quirk 13)", () => {
  it("go behind Zoho-oauthtoken, whatever the answer calls them", async () => {
    const { connect, requests } = zohoWorld()
    await (await connect()).run("list_contacts")
    const shown = requests.flatMap(({ headers }) => headers.get("authorization") ?? [])
    expect(shown.length).toBeGreaterThan(2)
    for (const one of shown) expect(one).toMatch(/^Zoho-oauthtoken 1000\./)
  })

  it("are asked for offline, with consent each time, and commas between scopes", async () => {
    const { leave } = zohoWorld()
    const { searchParams } = await leave()
    expect(Object.fromEntries(searchParams)).toMatchObject({ access_type: "offline", prompt: "consent" })
    expect(searchParams.get("scope")).toBe(
      "ZohoBooks.settings.READ,ZohoBooks.invoices.READ,ZohoBooks.invoices.CREATE,ZohoBooks.contacts.READ,ZohoBooks.contacts.CREATE,AaaServer.profile.READ",
    )
  })

  it("are refused with status 200: the connection needs its person, and nobody else (quirk 13)", async () => {
    const { connect, emulator } = zohoWorld()
    const connection = await connect()
    for (const { id } of emulator.provider.oauth.grants()) emulator.provider.oauth.revokeGrant(id)
    emulator.clock.advance(3_601_000)
    expect(await endOf(connection.run("list_contacts"))).toMatchObject({ code: "reauth_required" })
    expect(await connection.info()).toMatchObject({ status: "needs_reauth", actor: "end_user" })
  })

  it("stay the same refresh token, refresh after refresh (quirk 40)", async () => {
    const { connect, emulator } = zohoWorld()
    const connection = await connect()
    const { refreshToken } = (await connection.unsafe.secret()) as { refreshToken: string }
    for (let turn = 0; turn < 3; turn++) {
      emulator.clock.advance(3_601_000)
      await Promise.all(Array.from({ length: 20 }, () => connection.run("list_contacts")))
    }
    expect(emulator.counters.refreshes.mostForOne).toBe(3)
    expect(await connection.unsafe.secret()).toMatchObject({ refreshToken })
  })

  it("are ten in ten minutes: the eleventh is late, never a dead connection", async () => {
    const { connect, emulator, holdfast } = zohoWorld()
    const connection = await connect()
    const { refreshToken } = (await connection.unsafe.secret()) as { refreshToken: string }
    emulator.clock.advance(3_601_000)
    const refresh = () =>
      emulator.fetch("https://accounts.zoho.com/oauth/v2/token", {
        method: "POST",
        body: new URLSearchParams({
          grant_type: "refresh_token",
          refresh_token: refreshToken,
          client_id: emulatorApp.clientId,
          client_secret: emulatorApp.clientSecret,
        }),
      })
    for (let turn = 0; turn < 10; turn++) expect((await refresh()).status).toBe(200)
    expect((await endOf(connection.run("list_contacts"))).code).not.toBe("reauth_required")
    expect((await connection.info()).status).not.toBe("needs_reauth")
    emulator.clock.advance(600_001)
    await holdfast.scheduler.tick()
    expect(await connection.run("list_contacts")).toMatchObject({ page_context: { page: 1 } })
    expect(await connection.info()).toMatchObject({ status: "active" })
  })

  it("are twenty for a person: the next consent ends the oldest", async () => {
    const { connect, emulator } = zohoWorld()
    const connection = await connect()
    const parameters = { access_type: "offline", prompt: "consent" }
    for (let turn = 0; turn < 20; turn++) emulator.provider.oauth.issue({ scopes: [], parameters })
    emulator.clock.advance(3_601_000)
    expect(await endOf(connection.run("list_contacts"))).toMatchObject({ code: "reauth_required" })
  })
})

describe("organizations", () => {
  it("are asked for where there are several, and one is taken without asking", async () => {
    const { walk, connect } = zohoWorld()
    const { step } = await walk({}, european)
    expect(step).toMatchObject({
      kind: "form",
      id: "organization",
      fields: [
        {
          name: "organizationId",
          type: "select",
          options: [
            { value: "80001", label: "Second business" },
            { value: "80002", label: "Third business" },
          ],
        },
      ],
    })
    expect((await (await connect()).info()).account.data).toMatchObject({ organizationId: "70001" })
  })

  it("are needed", async () => {
    const { walk } = zohoWorld()
    const end = await walk({}, { account: "30003" }).then(
      ({ error }) => error?.code,
      (error: unknown) => (error as HoldfastError).code,
    )
    expect(end).toBe("resource_not_found")
  })

  it("are the places of one grant: each call goes to the chosen one, or to the one it names", async () => {
    const { connect, requests } = zohoWorld()
    const connection = await connect({}, choosing("80001"))
    expect(await connection.targets()).toMatchObject([
      { id: "80001", label: "Second business" },
      { id: "80002", label: "Third business" },
    ])
    const named = async (options?: { target: string }) => {
      const { contacts } = await connection.run("list_contacts", { search_text: "Acme" }, options)
      return [contacts[0]?.contact_name, new URL(requests.at(-1)?.url ?? "").searchParams.get("organization_id")]
    }
    expect(await named()).toEqual(["Acme of Second business", "80001"])
    expect(await named({ target: "80002" })).toEqual(["Acme of Third business", "80002"])
    expect(await endOf(named({ target: "70001" }))).toMatchObject({ code: "resource_not_found" })
  })

  it("that are gone show in the health report", async () => {
    const { connect } = zohoWorld({}, {}, async (request, answer) => {
      const isLater = new URL(request.url).searchParams.has("organization_id") || !request.url.includes("organizations")
      return isLater ? answer : Response.json(gone.at(0) ?? (await answer.json()))
    })
    const gone: object[] = []
    const connection = await connect()
    gone.push({ code: 0, organizations: [] })
    const { ok, parts } = await connection.check()
    expect(ok).toBe(false)
    expect(parts).toContainEqual(
      expect.objectContaining({ name: "organization", ok: false, code: "resource_not_found" }),
    )
  })
})

describe("lists", () => {
  it("are walked page by page", async () => {
    const { connect, requests } = zohoWorld()
    const connection = await connect()
    const before = requests.length
    const names: string[] = []
    for await (const { contact_name } of connection.paginate("list_contacts", { per_page: 2 })) names.push(contact_name)
    expect(names).toEqual(["Acme of First business", "Globex of First business", "Umbra of First business"])
    expect(requests.slice(before).map(({ url }) => new URL(url).searchParams.get("page"))).toEqual(["1", "2"])
  })
})

describe("the stand-in", () => {
  it("wants an organization, the scheme and the data centre", async () => {
    const emulator = createZohoEmulator()
    const { main } = emulator.provider.oauth.issue({ scopes: ["ZohoBooks.contacts.READ"] })
    const ask = async (path: string, scheme = "Zoho-oauthtoken", host = "https://www.zohoapis.com") => {
      const headers = { authorization: `${scheme} ${main.accessToken}` }
      const answer = await emulator.fetch(`${host}/books/v3${path}`, { headers })
      return [answer.status, ((await answer.json()) as { code: number }).code]
    }
    expect(await ask("/contacts?organization_id=70001")).toEqual([200, 0])
    expect(await ask("/contacts")).toEqual([400, 4])
    expect(await ask("/contacts?organization_id=80001")).toEqual([401, 6041])
    expect(await ask("/contacts?organization_id=70001", "Bearer")).toEqual([401, 14])
    expect(await ask("/contacts?organization_id=70001", undefined, "https://www.zohoapis.eu")).toEqual([401, 14])
    expect(await ask("/invoices?organization_id=70001")).toEqual([401, 57])
  })
})
