import { connectorSuite, connectorWorld } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import type { OAuthAppOptions } from "./app.js"
import { createMondayEmulator, type MondayEmulator, mondayApp, mondayKeys } from "./monday.emulator.js"
import { type MondayConnector, monday } from "./monday.js"

const account = { id: "5001:4000001", label: "First account (First Person)", email: "first@monday.example" }
const body = (code: string, more = {}) => ({ errors: [{ message: "No.", extensions: { code, ...more } }] })

connectorSuite<MondayConnector, OAuthAppOptions, MondayEmulator>(monday, {
  emulator: ({ redirectUri }) => createMondayEmulator({ redirectUris: [redirectUri] }),
  app: mondayApp,
  methods: {
    oauth: { account },
    api_key: {
      values: { key: mondayKeys.first },
      account,
      another: { values: { key: mondayKeys.second } },
      withdraw: ({ provider }) => void provider.revokeKey(mondayKeys.first),
      refused: [{ values: { key: "eyJ.wrong.monday" }, code: "credential_invalid" }],
    },
  },
  operations: {
    list_boards: { answer: { boards: [{ id: "1", name: "Plans" }, { name: "Ideas" }] } },
    list_items: { parameters: { board_id: "1" }, answer: { items: [{ name: "Write it down" }, {}] } },
    create_item: {
      parameters: { board_id: "1", item_name: "Ship it", column_values: { status: { label: "Done" } } },
      answer: { name: "Ship it" },
    },
  },
  errors: [
    {
      when: "there is no such board, said with status 200 (quirk 20)",
      operation: "create_item",
      parameters: { board_id: "9", item_name: "Ship it" },
      code: "resource_not_found",
      providerCode: "InvalidBoardIdException",
    },
  ],
  unknownError: ({ faults }) =>
    faults.next({ on: "*", fault: { kind: "status", status: 200, body: body("holdfast_unheard_of") } }),
})

const world = () => connectorWorld({ connectors: [monday(mondayApp)], emulator: createMondayEmulator() })

describe("tokens of OAuth 2.1 (quirk 20)", () => {
  it("end when the JWT says so, though no answer does, and are refreshed before", async () => {
    const { connect, emulator, requests } = world()
    const connection = await connect()
    expect((await connection.info()).slots.main?.expiresAt).toBe(emulator.clock.now() + 1_800_000)
    emulator.clock.advance(1_799_000)
    await Promise.all(Array.from({ length: 20 }, () => connection.run("list_boards")))
    expect(emulator.counters.refreshes).toMatchObject({ issued: 1, mostForOne: 1 })
    expect(requests.every(({ url }) => !url.endsWith("/oauth2/token"))).toBe(true)
  })

  it("are asked for in JSON with PKCE, and go on requests without Bearer", async () => {
    const { connect, leave, requests } = world()
    expect((await leave()).searchParams.get("code_challenge_method")).toBe("S256")
    await connect()
    const [exchange, first] = requests
    expect(exchange?.url).toBe("https://auth.monday.com/oauth_ms/oauth/token")
    expect(exchange?.headers.get("content-type")).toMatch(/^application\/json/)
    expect(first?.headers.get("authorization")).toMatch(/^eyJ/)
  })
})

describe("limits", () => {
  it("of complexity say how long to wait, in the body of status 200", async () => {
    const { connect, emulator } = world()
    const connection = await connect()
    const told = body("COMPLEXITY_BUDGET_EXHAUSTED", { retry_in_seconds: 15 })
    emulator.faults.next({ on: "*", fault: { kind: "status", status: 200, body: told } })
    await expect(connection.run("list_boards")).rejects.toMatchObject({
      code: "rate_limited",
      details: { retryAfterMs: 15_000 },
    })
  })

  it("boards are walked page by page", async () => {
    const connection = await world().connect()
    const names: string[] = []
    for await (const { name } of connection.paginate("list_boards", { limit: 1 })) names.push(name)
    expect(names).toEqual(["Plans", "Ideas"])
  })
})
