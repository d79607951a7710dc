import { ada, endOf } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { createJiraEmulator, defaultJiraUsers, jiraApp, jiraSites } from "./jira-emulator.js"
import { jiraWorld } from "./test-support.js"

const { first, second } = jiraSites
const dayMs = 86_400_000
const many = { account: defaultJiraUsers[2]?.accountId ?? "" }
const inSecond = { ...many, forms: { site: { cloudId: second } } }

describe("consent (quirk 17)", () => {
  it("is asked for api.atlassian.com, each time anew, with a refresh token and who is there", async () => {
    const { leave } = jiraWorld()
    const { origin, pathname, searchParams } = await leave({ scopes: ["read:jira-work"] })
    expect(origin + pathname).toBe("https://auth.atlassian.com/authorize")
    expect(Object.fromEntries(searchParams)).toMatchObject({ audience: "api.atlassian.com", prompt: "consent" })
    expect(searchParams.get("scope")?.split(" ").toSorted()).toEqual(["offline_access", "read:jira-work", "read:me"])
  })

  it("is traded in JSON, with the secret in the body", async () => {
    const { connect, requests } = jiraWorld()
    await connect()
    const exchange = requests.find(({ url }) => url === "https://auth.atlassian.com/oauth/token")
    expect(exchange?.headers.get("content-type")).toContain("application/json")
    expect(exchange?.headers.has("authorization")).toBe(false)
    expect(await exchange?.json()).toMatchObject({ grant_type: "authorization_code", client_id: jiraApp.clientId })
  })

  it("tells the app's developer of a wrong secret", async () => {
    const { walk } = jiraWorld({ app: { clientSecret: "another" } })
    expect(await walk()).toMatchObject({ status: "failed", error: { code: "config_invalid" } })
  })
})

describe("sites (quirk 17)", () => {
  it("are asked about where there are several, and make one connection of the person's", async () => {
    const { connect, holdfast, walk } = jiraWorld()
    expect((await walk({}, many)).step).toMatchObject({
      kind: "form",
      id: "site",
      fields: [{ name: "cloudId", type: "select", options: [{ value: first }, { value: second }] }],
    })
    const { account } = await (await connect({}, inSecond)).info()
    expect(account).toMatchObject({ id: many.account, label: "second", data: { cloudId: second } })
    await connect({}, { ...many, forms: { site: { cloudId: first } } })
    expect(await holdfast.for(ada).list()).toHaveLength(1)
  })

  it("are not asked about where there is one", async () => {
    const { connect } = jiraWorld()
    expect((await (await connect()).info()).account.data?.cloudId).toBe(first)
  })

  it("keep their default when the same person authorises again", async () => {
    const { connect } = jiraWorld()
    const connection = await connect({}, inSecond)
    await connect({ reconnect: (await connection.info()).id }, many)
    expect((await connection.info()).account.data?.cloudId).toBe(second)
  })

  it("that are none end the attempt with what to do", async () => {
    const { emulator, walk } = jiraWorld()
    emulator.provider.pick(defaultJiraUsers[0]?.accountId ?? "", [])
    expect(await walk()).toMatchObject({ status: "failed", error: { code: "resource_not_found" } })
  })

  it("are in the address of each call, and another than the default is named by its id", async () => {
    const { connect, requests } = jiraWorld()
    const connection = await connect({}, { ...many, forms: { site: { cloudId: first } } })
    expect((await connection.targets()).map(({ id, label }) => [id, label])).toEqual([
      [first, "first"],
      [second, "second"],
    ])
    expect((await connection.run("list_projects")).values.map(({ key }) => key)).toEqual(["DEMO"])
    const { values } = await connection.run("list_projects", {}, { target: second })
    expect(values.map(({ key }) => key)).toEqual(["SHOP"])
    expect(requests.at(-1)?.url).toContain(`https://api.atlassian.com/ex/jira/${second}/rest/api/3/project/search`)
    expect((await endOf(connection.run("list_projects", {}, { target: "elsewhere" }))).code).toBe("resource_not_found")
  })

  it("that an administrator takes the app from show as such, and the connection lives on", async () => {
    const { connect, emulator } = jiraWorld()
    const connection = await connect({}, inSecond)
    emulator.provider.remove(second)
    expect((await endOf(connection.run("list_projects"))).code).toBe("forbidden")
    expect((await connection.check()).parts).toContainEqual({ name: "site", ok: false, code: "resource_not_found" })
    expect((await connection.info()).status).toBe("active")
    expect((await connection.run("list_projects", {}, { target: first })).values).toHaveLength(1)
  })
})

describe("tokens (quirk 17, quirk 40)", () => {
  it("are refreshed once for all callers", async () => {
    const { connect, emulator } = jiraWorld()
    const connection = await connect()
    emulator.clock.advance(3_700_000)
    await Promise.all(Array.from({ length: 5 }, () => connection.run("list_projects")))
    expect(emulator.counters.refreshes).toMatchObject({ issued: 1, mostForOne: 1 })
  })

  it("survive a refresh whose answer was lost: the one before is good for ten minutes", async () => {
    const { connect, emulator } = jiraWorld()
    const connection = await connect()
    emulator.clock.advance(3_700_000)
    emulator.faults.next({ on: "token.refresh", fault: { kind: "drop_after" } })
    await endOf(connection.run("list_projects"))
    emulator.clock.advance(5 * 60_000)
    expect((await connection.run("list_projects")).values).toHaveLength(2)
    expect((await connection.info()).status).toBe("active")
  })

  it.each(["invalid_grant", "unauthorized_client"])(
    "that end with 403 %s need authorising again, and are neither forbidden nor a fault of the app",
    async (error) => {
      const { connect, emulator } = jiraWorld()
      const connection = await connect()
      emulator.clock.advance(3_700_000)
      emulator.faults.next({ on: "token.refresh", fault: { kind: "status", status: 403, body: { error } } })
      expect(await endOf(connection.run("list_projects"))).toEqual({ code: "reauth_required", providerCode: error })
      expect((await connection.info()).status).toBe("needs_reauth")
    },
  )

  it("of an app whose secret was changed wait for the new one", async () => {
    const { connect, emulator } = jiraWorld()
    const connection = await connect()
    emulator.clock.advance(3_700_000)
    const body = { error: "access_denied", error_description: "Unauthorized" }
    emulator.faults.next({ on: "token.refresh", fault: { kind: "status", status: 401, body } })
    expect((await endOf(connection.run("list_projects"))).code).toBe("config_invalid")
    expect((await connection.info()).status).not.toBe("needs_reauth")
  })

  it("are kept alive by the scheduler beyond ninety days without a call, and end after a year", async () => {
    const { connect, emulator, holdfast } = jiraWorld()
    const connection = await connect()
    for (let day = 0; day < 120; day += 5) {
      emulator.clock.advance(5 * dayMs)
      await holdfast.scheduler.tick()
    }
    expect((await connection.run("list_projects")).values).toHaveLength(2)
    for (let day = 0; day < 250; day += 5) {
      emulator.clock.advance(5 * dayMs)
      await holdfast.scheduler.tick()
    }
    expect(await endOf(connection.run("list_projects"))).toEqual({
      code: "reauth_required",
      providerCode: "invalid_grant",
    })
  })

  it("are refused by the stand-in after those ten minutes, and all that came of them with them", async () => {
    const { clock, fetch, provider } = createJiraEmulator()
    const refresh = async (refresh_token = "") => {
      const answer = await fetch("https://auth.atlassian.com/oauth/token", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          grant_type: "refresh_token",
          client_id: jiraApp.clientId,
          client_secret: jiraApp.clientSecret,
          refresh_token,
        }),
      })
      return { status: answer.status, ...((await answer.json()) as { error?: string; refresh_token?: string }) }
    }
    const { main } = provider.oauth.issue({ scopes: ["offline_access"] })
    const next = await refresh(main.refreshToken)
    expect(next.status).toBe(200)
    clock.advance(9 * 60_000)
    expect((await refresh(main.refreshToken)).status).toBe(200)
    clock.advance(2 * 60_000)
    expect(await refresh(main.refreshToken)).toMatchObject({ status: 403, error: "invalid_grant" })
    expect(await refresh(next.refresh_token)).toMatchObject({ status: 403, error: "invalid_grant" })
  })

  it("are not revoked on disconnecting, since Atlassian has nothing for that", async () => {
    const { connect } = jiraWorld()
    expect(await (await connect()).disconnect()).toEqual({ revocation: "unsupported" })
  })
})

describe("the API", () => {
  it("gets plain text as paragraphs of the Atlassian Document Format", async () => {
    const { connect, emulator } = jiraWorld()
    const connection = await connect()
    await connection.run("add_comment", { issue_key: "DEMO-1", body: "One\r\ntwo\n\n\n  Three\n" })
    expect(emulator.provider.issues[0]?.comments[0]?.body).toEqual({
      type: "doc",
      version: 1,
      content: [
        {
          type: "paragraph",
          content: [{ type: "text", text: "One" }, { type: "hardBreak" }, { type: "text", text: "two" }],
        },
        { type: "paragraph", content: [{ type: "text", text: "Three" }] },
      ],
    })
  })

  it("is searched page by page, by the token of the next page", async () => {
    const { connect, emulator } = jiraWorld()
    const connection = await connect()
    const keys: string[] = []
    for await (const { key } of connection.paginate("search_issues", { jql: "project = DEMO", max_results: 1 }))
      keys.push(key)
    expect(keys).toEqual(["DEMO-1", "DEMO-2"])
    expect(emulator.log.filter(({ route }) => route === "POST /search/jql")).toHaveLength(2)
  })

  it("lists projects page by page", async () => {
    const { connect } = jiraWorld()
    const connection = await connect()
    const keys: string[] = []
    for await (const { key } of connection.paginate("list_projects", { max_results: 1 })) keys.push(key)
    expect(keys).toEqual(["DEMO", "OPS"])
  })

  it("sends a write once, whatever became of its answer", async () => {
    const { connect, emulator } = jiraWorld()
    const connection = await connect()
    emulator.faults.next({ on: "POST /issue", fault: { kind: "drop_after" } })
    const made = connection.run("create_issue", { project_key: "DEMO", summary: "Once" })
    expect((await endOf(made)).code).toBe("provider_unavailable")
    expect(emulator.provider.issues.filter(({ fields }) => fields.summary === "Once")).toHaveLength(1)
  })

  it("takes transitions by id, by name and by status, and says which there are", async () => {
    const { connect } = jiraWorld()
    const connection = await connect()
    for (const [transition, status] of [
      ["21", "In Progress"],
      ["finish", "Done"],
      ["To Do", "To Do"],
    ] as const) {
      expect((await connection.run("transition_issue", { issue_key: "DEMO-1", transition })).status).toBe(status)
    }
    await expect(connection.run("transition_issue", { issue_key: "DEMO-1", transition: "Release" })).rejects.toThrow(
      /“Start work”, “Finish”/,
    )
  })

  it("is waited for as X-RateLimit-Reset says where there is no Retry-After", async () => {
    const { connect, emulator } = jiraWorld()
    const connection = await connect()
    const at = Math.ceil((emulator.clock.now() + 600_000) / 60_000) * 60_000
    emulator.faults.next({
      on: "GET /project/search",
      fault: {
        kind: "status",
        status: 429,
        headers: { "x-ratelimit-reset": new Date(at).toISOString().replace(":00.000Z", "Z") },
      },
    })
    await expect(connection.run("list_projects")).rejects.toMatchObject({
      code: "rate_limited",
      details: { retryAfterMs: at - emulator.clock.now() },
    })
  })
})
