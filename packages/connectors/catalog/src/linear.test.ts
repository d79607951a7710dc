import { listen } from "@holdfast/emulator/node"
import { connectorSuite, connectorWorld } from "@holdfast/testing"
import { LinearClient } from "@linear/sdk"
import { describe, expect, it } from "vitest"
import {
  createLinearEmulator,
  type LinearEmulator,
  linearApp,
  linearKeys,
  linearOrganization,
  linearTeam,
} from "./linear.emulator.js"
import { type LinearConnector, type LinearOptions, linear } from "./linear.js"
import { linearEvent, linearSignature } from "./linear-webhooks.emulator.js"

const account = {
  id: `${linearOrganization.id}:8a000000-0000-4000-8000-000000000101`,
  label: "First workspace (First Person)",
  email: "first@linear.example",
}
const body = (code: string) => ({ errors: [{ message: "No.", extensions: { code, type: "other" } }] })
const world = () => connectorWorld({ connectors: [linear(linearApp)], emulator: createLinearEmulator() })

const { webhookSecret } = linearApp
const told = ({ clock }: LinearEmulator) => {
  const event = (type: "Issue" | "Comment", action: string) =>
    linearEvent(type, action, linearOrganization.id, clock.now())
  return {
    issue_created: event("Issue", "create"),
    issue_updated: event("Issue", "update"),
    issue_removed: event("Issue", "remove"),
    comment_created: event("Comment", "create"),
    comment_updated: event("Comment", "update"),
    comment_removed: event("Comment", "remove"),
  }
}

connectorSuite<LinearConnector, LinearOptions, LinearEmulator>(linear, {
  emulator: ({ redirectUri }) => createLinearEmulator({ redirectUris: [redirectUri] }),
  app: linearApp,
  methods: {
    oauth: { account },
    api_key: {
      values: { key: linearKeys.first },
      account,
      another: { values: { key: linearKeys.second } },
      withdraw: ({ provider }) => void provider.revokeKey(linearKeys.first),
      refused: [{ values: { key: "lin_api_wrong" }, code: "credential_invalid" }],
    },
  },
  operations: {
    list_teams: { answer: { nodes: [linearTeam], pageInfo: { hasNextPage: false } } },
    list_issues: {
      parameters: { first: 1, after: "1" },
      answer: { nodes: [{ identifier: "ENG-2", title: "Read it again" }] },
    },
    get_issue: { parameters: { id: "ENG-1" }, answer: { title: "Write it down", state: { type: "unstarted" } } },
    create_issue: {
      parameters: { team_id: linearTeam.id, title: "Ship it", priority: 2 },
      answer: { identifier: "ENG-3", title: "Ship it", priority: 2 },
    },
  },
  errors: [
    {
      when: "there is no such issue, said with status 200",
      operation: "get_issue",
      parameters: { id: "ENG-9" },
      code: "input_invalid",
      providerCode: "INPUT_ERROR",
    },
    {
      when: "it is too much, said with status 400 (quirk 21)",
      operation: "list_issues",
      arrange: ({ faults }) =>
        faults.next({ on: "*", fault: { kind: "status", status: 400, body: body("RATELIMITED") } }),
      code: "rate_limited",
      providerCode: "RATELIMITED",
    },
  ],
  unknownError: ({ faults }) =>
    faults.next({ on: "*", fault: { kind: "status", status: 200, body: body("holdfast_unheard_of") } }),
  webhooks: [
    {
      signature: () => linearSignature(webhookSecret),
      deliveries: (emulator) => ({
        ...told(emulator),
        app_revoked: linearEvent("OAuthApp", "revoked", linearOrganization.id, emulator.clock.now()),
      }),
      ends: ["app_revoked"],
    },
    {
      method: "api_key",
      own({ provider }) {
        const { url = "", secret = "" } = provider.webhooks.at(-1) ?? {}
        return { url, secret }
      },
      signature: ({ provider }) => linearSignature(provider.webhooks.at(-1)?.secret ?? ""),
      deliveries: told,
      subscriptions: ({ provider }) => provider.webhooks.length,
    },
  ],
  skip: {
    stale_delivery: "Linear's time stands in the signed body; a test of its own shows that an old one is refused",
  },
})

describe("OAuth (quirk 21)", () => {
  it("asks for scopes with commas, and reads those that come with blanks", async () => {
    const { leave, connect } = world()
    expect((await leave()).searchParams.get("scope")).toBe("read,write")
    expect((await (await connect()).info()).slots.main?.scopes).toEqual(["read", "write"])
  })

  it("gives tokens of 86399 s, and each refresh replaces the refresh token (quirk 40)", async () => {
    const { connect, emulator } = world()
    const connection = await connect()
    expect((await connection.info()).slots.main?.expiresAt).toBe(emulator.clock.now() + 86_399_000)
    for (let day = 0; day < 2; day++) {
      emulator.clock.advance(86_400_000)
      await Promise.all(Array.from({ length: 20 }, () => connection.run("list_teams")))
    }
    expect(emulator.counters.refreshes).toMatchObject({ issued: 2, mostForOne: 1 })
  })

  it("revokes by a parameter that has the name of what it holds", async () => {
    const { connect, requests, emulator } = world()
    const connection = await connect()
    const { refreshToken } = (await connection.unsafe.secret()) as { refreshToken: string }
    expect((await connection.disconnect()).revocation).toBe("revoked")
    expect(await requests.at(-1)?.text()).toBe(new URLSearchParams({ refresh_token: refreshToken }).toString())
    expect(emulator.provider.oauth.grants()[0]?.revokedAt).toBeDefined()
  })
})

describe("API keys (quirk 21)", () => {
  it("go without Bearer", async () => {
    const { connect, requests } = world()
    await connect({ method: "api_key", values: { key: linearKeys.first } })
    expect(requests[0]?.headers.get("authorization")).toBe(linearKeys.first)
  })
})

describe("rate limits (quirk 21)", () => {
  it("say in a header when they end, in milliseconds since 1970", async () => {
    const { connect, emulator } = world()
    const connection = await connect()
    const headers = { "x-ratelimit-requests-reset": String(emulator.clock.now() + 90_000) }
    emulator.faults.next({ on: "*", fault: { kind: "status", status: 400, body: body("RATELIMITED"), headers } })
    await expect(connection.run("list_teams")).rejects.toMatchObject({
      code: "rate_limited",
      details: { retryAfterMs: 90_000 },
    })
  })
})

describe("@linear/sdk", () => {
  it("reads the person, teams and issues, and creates one, at the stand-in", async () => {
    const emulator = createLinearEmulator()
    const { reroute, close } = await listen(emulator)
    try {
      const apiUrl = `${reroute["https://api.linear.app"]}/graphql`
      const client = new LinearClient({ apiKey: linearKeys.first, apiUrl })
      expect(await client.viewer).toMatchObject({ name: "First Person", email: "first@linear.example" })
      const created = await client.createIssue({ teamId: linearTeam.id, title: "From the SDK" })
      expect(created.success).toBe(true)
      const { nodes } = await client.issues({ first: 10 })
      expect(nodes.map(({ identifier, title }) => [identifier, title])).toContainEqual(["ENG-3", "From the SDK"])
      const wrong = new LinearClient({ apiKey: "lin_api_wrong", apiUrl })
      await expect(wrong.viewer).rejects.toMatchObject({ type: "AuthenticationError" })
    } finally {
      await close()
    }
  })
})

describe("lists", () => {
  it("are walked by cursors", async () => {
    const connection = await world().connect()
    const found: string[] = []
    for await (const { identifier } of connection.paginate("list_issues", { first: 1 })) found.push(identifier)
    expect(found).toEqual(["ENG-1", "ENG-2"])
  })
})
