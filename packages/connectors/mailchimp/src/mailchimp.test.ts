import { createHash } from "node:crypto"
import { describe, expect, it } from "vitest"
import { apiKeys, createMailchimpEmulator, mailchimpSignature } from "./emulator.js"
import { webhooks } from "./events.js"
import { bob, byKey, endOf, mailchimpWorld } from "./test-support.js"

const pathOf = ({ method, url }: Request) => `${method} ${new URL(url).pathname}`
const list_id = "acc1list1"

describe("tokens", () => {
  it("that expire in 0 seconds never do, and nothing is refreshed (quirk 25)", async () => {
    const { connect, emulator, requests } = mailchimpWorld()
    const connection = await connect()
    const token = await connection.accessToken()
    for (let year = 0; year < 3; year++) {
      emulator.clock.advance(365 * 86_400_000)
      await connection.run("list_audiences")
    }
    expect(await connection.accessToken()).toBe(token)
    expect((await connection.info()).slots.main?.expiresAt).toBe("never")
    expect(requests.filter(({ url }) => url.endsWith("/oauth2/token"))).toHaveLength(1)
    expect(emulator.counters.refreshes.shown).toBe(0)
  })

  it("are asked for without scopes and without PKCE (quirk 25)", async () => {
    const { leave } = mailchimpWorld()
    const { searchParams } = await leave()
    expect([searchParams.has("scope"), searchParams.has("code_challenge")]).toEqual([false, false])
  })

  it("end when the app is removed at Mailchimp", async () => {
    const { connect, emulator } = mailchimpWorld()
    const connection = await connect()
    for (const { id } of emulator.provider.oauth.grants()) emulator.provider.oauth.revokeGrant(id)
    emulator.clock.advance(61_000)
    expect((await connection.check()).ok).toBe(false)
    expect(await connection.info()).toMatchObject({ status: "needs_reauth" })
  })
})

describe("the data centre", () => {
  it("is said by the metadata, which take the token as OAuth; the API takes it as Bearer (quirk 25)", async () => {
    const { connect, requests } = mailchimpWorld()
    const connection = await connect({}, { account: "acc2" })
    expect((await connection.info()).account).toMatchObject({ id: "acc2", data: { dc: "us21" } })
    const token = await connection.accessToken()
    const asked = requests.find(({ url }) => url === "https://login.mailchimp.com/oauth2/metadata")
    expect(asked?.headers.get("authorization")).toBe(`OAuth ${token}`)
    const api = requests.filter(({ url }) => url.includes(".api.mailchimp.com"))
    expect(new Set(api.map(({ headers }) => headers.get("authorization")))).toEqual(new Set([`Bearer ${token}`]))
    expect(new Set(api.map(({ url }) => new URL(url).host))).toEqual(new Set(["us21.api.mailchimp.com"]))
  })

  it.each([
    { api_endpoint: "https://us1.api.mailchimp.com.evil.example" },
    { dc: "evil.example/", api_endpoint: "https://evil.example/.api.mailchimp.com" },
    { dc: "us21" },
    { dc: "" },
  ])("is Mailchimp's own: %j", async (metadata) => {
    const { walk, requests } = mailchimpWorld({ metadata })
    expect((await walk()).error?.code).toBe("response_invalid")
    expect(new Set(requests.map(({ url }) => new URL(url).host))).toEqual(new Set(["login.mailchimp.com"]))
  })

  it.each(["0123456789abcdef0123456789abcdef", "0123456789abcdef-", "0123456789abcdef-us1.evil.example"])(
    "is at the end of an API key, and without it nothing is sent (quirk 25): %s",
    async (key) => {
      const { begin, requests } = mailchimpWorld()
      const { step } = await begin(byKey(key))
      expect(step).toMatchObject({ kind: "form", error: { code: "input_invalid", field: "key" } })
      expect(requests).toEqual([])
    },
  )
})

describe("accounts", () => {
  it("are the same by token and by key, whoever of the account made them", async () => {
    const { connect } = mailchimpWorld()
    const byToken = await (await connect()).info()
    const keyed = await (await connect({ ...byKey(), owner: bob })).info()
    expect(keyed.account).toEqual(byToken.account)
  })
})

describe("members", () => {
  it("are named by the MD5 of the address in lower case, which is in no path", async () => {
    const { connect, requests } = mailchimpWorld()
    const connection = await connect(byKey())
    await connection.run("upsert_member", { list_id, email_address: "New.One@Member.example" })
    const hash = createHash("md5").update("new.one@member.example").digest("hex")
    expect(pathOf(requests.at(-1) as Request)).toBe(`PUT /3.0/lists/${list_id}/members/${hash}`)
    await connection.run("update_member", {
      list_id,
      email_address: "new.one@member.example",
      new_email_address: "newer@member.example",
    })
    expect(await requests.at(-1)?.json()).toEqual({ email_address: "newer@member.example" })
    expect(requests.some(({ url }) => /member\.example|%40/.test(url))).toBe(false)
  })

  it("whose answer was lost are upserted again, and added only once", async () => {
    const { connect, emulator } = mailchimpWorld()
    const connection = await connect(byKey())
    const email_address = "lost@member.example"
    emulator.faults.next({ on: "POST /lists/{list}/members", fault: { kind: "drop_after" } })
    expect((await endOf(connection.run("add_member", { list_id, email_address }))).code).not.toBe("ok")
    expect(emulator.provider.members.filter((one) => one.email_address === email_address)).toHaveLength(1)
    emulator.faults.next({ on: "PUT /lists/{list}/members/{hash}", fault: { kind: "drop_after" } })
    expect(await connection.run("upsert_member", { list_id, email_address })).toMatchObject({ email_address })
    expect(emulator.provider.members.filter((one) => one.email_address === email_address)).toHaveLength(1)
  })

  it("are walked by offset", async () => {
    const { connect, requests } = mailchimpWorld()
    const connection = await connect(byKey())
    const found: string[] = []
    for await (const { email_address } of connection.paginate("list_members", { list_id, count: 2 }))
      found.push(email_address)
    expect(found).toEqual(["one@member.example", "two@member.example", "three@member.example"])
    expect(new URL(requests.at(-1)?.url ?? "").searchParams.get("offset")).toBe("2")
  })
})

it("shows subscribers, and members of each audience (S9)", async () => {
  const { connect } = mailchimpWorld()
  expect((await (await connect()).statistics()).provider).toEqual([
    { label: "Subscribers", value: 3 },
    { label: "Members of News", value: 3 },
    { label: "Members of Customers", value: 0 },
    { label: "Members of Testers", value: 0 },
  ])
})

describe("webhooks", () => {
  it("are made for each audience, with a secret each, and not for what is done through the API", async () => {
    const { connect, emulator } = mailchimpWorld()
    await connect()
    const { webhooks: made } = emulator.provider
    expect(made.map(({ list_id }) => list_id)).toEqual(["acc1list1", "acc1list2", "acc1list3"])
    expect(new Set(made.map(({ secret }) => secret)).size).toBe(3)
    expect(made[0]).toMatchObject({ sources: { user: true, admin: true, api: false }, events: { cleaned: true } })
    expect(made.some(({ url }) => url.includes("?"))).toBe(false)
  })

  it("are kept by reconnecting; one whose secret nobody knows is made again", async () => {
    const { connect, emulator } = mailchimpWorld()
    const connection = await connect()
    const before = emulator.provider.webhooks.map(({ id }) => id)
    await connect({ reconnect: (await connection.info()).id })
    expect(emulator.provider.webhooks.map(({ id }) => id)).toEqual(before)
    const [first] = emulator.provider.webhooks.splice(0, 1)
    if (first) emulator.provider.webhooks.push({ ...first, id: "lost", secret: "lost" })
    await connect({ reconnect: (await connection.info()).id })
    const after = emulator.provider.webhooks.map(({ id }) => id)
    expect(after).toHaveLength(3)
    expect(after).not.toContain("lost")
  })

  it("answer Mailchimp's look with nothing, and hand nothing on", async () => {
    const { connect, emulator, holdfast } = mailchimpWorld()
    await connect()
    const { url = "" } = emulator.provider.webhooks[0] ?? {}
    const key = decodeURIComponent(new URL(url).pathname.split("/").at(-1) ?? "")
    const look = { method: "GET", url, headers: new Headers(), body: new Uint8Array(), text: "" }
    const { response } = await holdfast.webhooks.receive("mailchimp", key, look)
    expect([response.status, await response.text()]).toEqual([200, ""])
  })

  it("that Mailchimp does not sign are believed at a secret address alone", async () => {
    const { connect, deliver, emulator, holdfast } = mailchimpWorld({ signing: false })
    await connect()
    const [made] = emulator.provider.webhooks
    const secretUrl = made?.url ?? ""
    expect(new URL(secretUrl).searchParams.get("key")).toMatch(/^[0-9a-f]{32,}$/)
    const heard: unknown[] = []
    holdfast.on("mailchimp", "member_unsubscribed", ({ payload }) => void heard.push(payload))
    const send = (url: string) =>
      deliver(emulator.provider.event("unsubscribe"), mailchimpSignature("x"), { url, flaw: "unsigned" })
    expect((await send(secretUrl)).status).toBe(200)
    expect(heard).toMatchObject([
      { type: "unsubscribe", data: { list_id: "acc1list1", email: "one@member.example", merges: { FNAME: "One" } } },
    ])
    const [bare = ""] = secretUrl.split("?")
    for (const url of [bare, `${bare}?key=`, `${bare}?key=guess`])
      expect(await endOf(send(url))).toMatchObject({ code: "webhook_unverified" })
    expect(heard).toHaveLength(1)
  })

  it("are proved over the time and the exact body, for 300 seconds", async () => {
    const text = "type=subscribe&fired_at=2026-01-01+00%3A00%3A00&data%5Bid%5D=1&data%5B__proto__%5D%5Bx%5D=1"
    const body = new TextEncoder().encode(text)
    const at = 1_767_225_600_000
    const signed = await mailchimpSignature("secret").sign({ method: "POST", url: "", body, at, id: "" })
    const header = signed["x-mailchimp-signature"] ?? ""
    const verify = (value: string, now = at, secrets = ["another", "secret"]) =>
      webhooks.own?.verify(
        {
          clock: { now: () => now, monotonic: () => 0 },
          digest: async () => "digest",
          fetch: async () => new Response(),
          log: { debug() {}, info() {}, warn() {}, error() {} },
          app: undefined,
          account: { id: "acc1", label: "" },
          secrets,
        },
        {
          method: "POST",
          url: "https://app.example.com/~x",
          headers: new Headers({ "x-mailchimp-signature": value }),
          body,
          text,
        },
      )
    const id = "subscribe 2026-01-01 00:00:00 digest"
    expect(await verify(header, at + 300_000)).toMatchObject({ events: [{ id, name: "member_subscribed" }] })
    expect(Object.hasOwn(Object.prototype, "x")).toBe(false)
    const refused = { code: "webhook_unverified" }
    await expect(verify(header, at + 301_000)).rejects.toMatchObject(refused)
    await expect(verify(header, at, ["another"])).rejects.toMatchObject(refused)
    await expect(verify(header.replace("t=1767225600", "t=1767225601"))).rejects.toMatchObject(refused)
    await expect(verify("")).rejects.toMatchObject(refused)
  })
})

it("refuses at the stand-in what Mailchimp refuses", async () => {
  const emulator = createMailchimpEmulator()
  const get = (host: string, key: string) =>
    emulator.fetch(`https://${host}.api.mailchimp.com/3.0/ping`, {
      headers: { authorization: `Basic ${btoa(`any:${key}`)}` },
    })
  expect((await get("us1", apiKeys.us1)).status).toBe(200)
  const elsewhere = await get("us21", apiKeys.us1)
  expect([elsewhere.status, await elsewhere.json()]).toMatchObject([403, { title: "Wrong Datacenter", status: 403 }])
  const nobody = await get("us1", "nobody-us1")
  expect(nobody.headers.get("content-type")).toContain("application/problem+json")
  expect(await nobody.json()).toMatchObject({ title: "API Key Invalid", status: 401, instance: expect.any(String) })
})
