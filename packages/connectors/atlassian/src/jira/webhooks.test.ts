import { createHmac } from "node:crypto"
import type { ReceivedEvent } from "@holdfast/core"
import { ada, bob, endOf } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { defaultJiraUsers, jiraApp, jiraSites } from "./jira-emulator.js"
import { jiraWorld } from "./test-support.js"

const { first, second } = jiraSites
const dayMs = 86_400_000
const userOf = (index: number) => ({ account: defaultJiraUsers[index]?.accountId ?? "" })
const events = ["issue_created", "issue_updated", "issue_deleted", "comment_created"] as const
const wireName = (name: (typeof events)[number]) => (name === "comment_created" ? name : `jira:${name}`)

async function listening() {
  const world = jiraWorld()
  const connection = await world.connect()
  const heard: ReceivedEvent[] = []
  for (const name of events) world.holdfast.on("jira", name, (event) => void heard.push(event))
  return { ...world, connection, heard, provider: world.emulator.provider }
}

describe("deliveries (table B)", () => {
  it.each(events)("of %s reach the connection once, with ids and nothing more", async (name) => {
    const { connection, deliver, heard, provider } = await listening()
    const delivery = provider.event(wireName(name))
    expect((await deliver(delivery, provider.signature())).status).toBe(200)
    expect((await deliver(delivery, provider.signature())).status).toBe(200)
    expect(heard).toMatchObject([{ name, connectionId: (await connection.info()).id }])
    expect(heard[0]?.payload).toMatchObject({ issueId: "20000", issueKey: "DEMO-1", accountId: userOf(0).account })
    expect(JSON.stringify(heard)).not.toContain("Write it down")
  })

  it("say which fields have changed, and which comment is new", async () => {
    const { deliver, heard, provider } = await listening()
    await deliver(provider.event("jira:issue_updated"), provider.signature())
    await deliver(provider.event("comment_created"), provider.signature())
    expect(heard.map(({ payload }) => payload)).toMatchObject([{ changed: ["status"] }, { commentId: "30000" }])
  })

  it("prove themselves by a JWT under the app's secret, as any library makes it", async () => {
    const { deliver, heard, provider, emulator } = await listening()
    const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url")
    const seconds = Math.floor(emulator.clock.now() / 1_000)
    const signed = `${encoded({ alg: "HS256", typ: "JWT" })}.${encoded({ exp: seconds + 60 })}`
    const jwt = `${signed}.${createHmac("sha256", jiraApp.clientSecret).update(signed).digest("base64url")}`
    const delivery = { ...provider.event("jira:issue_created"), headers: { authorization: `Bearer ${jwt}` } }
    const unsigned = { sign: async () => ({}), withForeignSecret: () => unsigned }
    expect((await deliver(delivery, unsigned)).status).toBe(200)
    expect(heard).toHaveLength(1)
  })

  it.each(["foreign", "unsigned", "duplicated", "stale"] as const)("that are %s are refused", async (flaw) => {
    const { deliver, heard, provider } = await listening()
    const delivery = provider.event("jira:issue_created")
    expect((await endOf(deliver(delivery, provider.signature(), { flaw }))).code).toBe("webhook_unverified")
    expect(heard).toEqual([])
  })

  it("are refused where the JWT has another algorithm, is of tomorrow, is long made, or is none", async () => {
    const { deliver, emulator, heard, provider } = await listening()
    const seconds = Math.floor(emulator.clock.now() / 1_000)
    const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url")
    const under = (header: object, claims: object) => {
      const signed = `${encoded(header)}.${encoded(claims)}`
      return `${signed}.${createHmac("sha256", jiraApp.clientSecret).update(signed).digest("base64url")}`
    }
    const hs256 = { alg: "HS256" }
    const unsigned = { sign: async () => ({}), withForeignSecret: () => unsigned }
    for (const jwt of [
      under({ alg: "none" }, { exp: seconds + 60 }),
      under(hs256, { nbf: seconds + 3_600 }),
      under(hs256, { iat: seconds - 3_600 }),
      under(hs256, { exp: "tomorrow" }),
      `${encoded({ alg: "none" })}.${encoded({ exp: seconds + 60 })}.`,
      "no-jwt",
    ]) {
      const delivery = { ...provider.event("jira:issue_created"), headers: { authorization: `Bearer ${jwt}` } }
      expect((await endOf(deliver(delivery, unsigned))).code, jwt).toBe("webhook_unverified")
    }
    expect(heard).toEqual([])
  })

  it("of kinds and forms that we do not know are acknowledged, and what is no JSON is refused", async () => {
    const { deliver, heard, provider } = await listening()
    for (const delivery of [provider.event("comment_deleted"), { body: { webhookEvent: "sprint_created" } }]) {
      expect((await deliver(delivery, provider.signature())).status).toBe(200)
    }
    for (const body of ["", "{", "null"]) {
      expect((await endOf(deliver({ body }, provider.signature()))).code).toBe("webhook_unverified")
    }
    expect(heard).toEqual([])
  })

  it("reach each connection whose default is the site, whoever asked, and no other", async () => {
    const { connect, connection, deliver, heard, provider } = await listening()
    const elsewhere = await connect({ owner: bob }, userOf(1))
    const beside = await connect({}, { ...userOf(2), forms: { site: { cloudId: first } } })
    const ids = await Promise.all([connection, beside, elsewhere].map(async (one) => (await one.info()).id))
    await deliver(provider.event("jira:issue_created", "DEMO-2"), provider.signature())
    expect(heard.map(({ connectionId }) => connectionId).toSorted()).toEqual(ids.slice(0, 2).toSorted())
    heard.length = 0
    await deliver(provider.event("jira:issue_created", "SHOP-1"), provider.signature())
    expect(heard.map(({ connectionId }) => connectionId)).toEqual(ids.slice(2))
  })

  it("know the site by the gateway's address as well", async () => {
    const { deliver, heard, provider } = await listening()
    const { body } = provider.event("jira:issue_created")
    const given = body as { issue: object }
    for (const cloudId of [first, second]) {
      const self = `https://api.atlassian.com/ex/jira/${cloudId}/rest/api/2/issue/20000`
      await deliver({ body: { ...given, issue: { ...given.issue, self } } }, provider.signature())
    }
    expect(heard).toHaveLength(1)
  })
})

describe("webhooks of the app", () => {
  it("are registered on connecting, by the projects that the person sees, and removed on disconnecting", async () => {
    const { connection, emulator, holdfast, provider } = await listening()
    expect(provider.webhooks).toMatchObject([
      { cloudId: first, jqlFilter: "project IN (10000, 10001)", events: expect.arrayContaining(["comment_created"]) },
    ])
    expect(provider.webhooks[0]?.url).toMatch(/\/webhooks\/jira\//)
    await connection.disconnect()
    await holdfast.scheduler.tick()
    expect(emulator.provider.webhooks).toEqual([])
  })

  it("of a site that the app was taken from are no hindrance to disconnecting", async () => {
    const { connection, holdfast, lines, provider } = await listening()
    provider.remove(first)
    await connection.disconnect()
    await holdfast.scheduler.tick()
    expect(await holdfast.for(ada).list()).toEqual([])
    expect(lines.join()).not.toContain("could not")
  })

  it("are one for each person, at one address, and found again rather than made twice", async () => {
    const { connect, provider } = await listening()
    await connect({}, userOf(0))
    await connect({}, { ...userOf(2), forms: { site: { cloudId: first } } })
    expect(provider.webhooks.map(({ accountId }) => accountId)).toEqual([userOf(0).account, userOf(2).account])
    expect(new Set(provider.webhooks.map(({ url }) => url)).size).toBe(1)
  })

  it("are refreshed before their thirty days are over", async () => {
    const { emulator, holdfast, provider } = await listening()
    for (let day = 0; day < 70; day++) {
      emulator.clock.advance(dayMs)
      await holdfast.scheduler.tick()
    }
    expect(provider.webhooks).toHaveLength(1)
    expect(provider.webhooks[0]?.expiresAt).toBeGreaterThan(emulator.clock.now())
  })

  it("are made anew within a day where somebody has removed them, or a project has come", async () => {
    const { emulator, holdfast, provider } = await listening()
    provider.webhooks.length = 0
    const tick = async () => {
      emulator.clock.advance(dayMs)
      await holdfast.scheduler.tick()
    }
    await tick()
    expect(provider.webhooks).toHaveLength(1)
    provider.projects.push({ id: "10002", key: "NEW", name: "New", cloudId: first })
    await tick()
    expect(provider.webhooks.map(({ jqlFilter }) => jqlFilter)).toEqual(["project IN (10000, 10001, 10002)"])
  })

  it("move with the default site", async () => {
    const { connect, provider } = await listening()
    await connect({}, { ...userOf(2), forms: { site: { cloudId: first } } })
    await connect({}, { ...userOf(2), forms: { site: { cloudId: second } } })
    const theirs = provider.webhooks.filter(({ accountId }) => accountId === userOf(2).account)
    expect(theirs.map(({ cloudId }) => cloudId)).toEqual([second])
  })

  it("are not asked for without the scope, and a refusal in an answer of status 200 is one", async () => {
    const { connect, emulator } = jiraWorld()
    await connect({ scopes: ["read:jira-work"] })
    expect(emulator.log.some(({ route }) => route?.includes("/webhook"))).toBe(false)
    const refusal = { webhookRegistrationResult: [{ errors: ["The clause is unsupported"] }] }
    const refused = jiraWorld()
    refused.emulator.faults.next({ on: "POST /webhook", fault: { kind: "status", status: 200, body: refusal } })
    const { id } = await (await refused.connect()).info()
    expect((await refused.store.connections.get(id))?.detail.webhooks?.state).toBe("wanted")
  })
})
