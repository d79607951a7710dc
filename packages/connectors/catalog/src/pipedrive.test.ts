import { connectorSuite, connectorWorld, endOf } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import type { OAuthAppOptions } from "./app.js"
import { createPipedriveEmulator, type PipedriveEmulator, pipedriveApp } from "./pipedrive.emulator.js"
import { type PipedriveConnector, pipedrive } from "./pipedrive.js"

connectorSuite<PipedriveConnector, OAuthAppOptions, PipedriveEmulator>(pipedrive, {
  emulator: ({ redirectUri }) => createPipedriveEmulator({ redirectUris: [redirectUri] }),
  app: pipedriveApp,
  methods: {
    oauth: {
      account: {
        id: "71:501",
        label: "First company (First Person)",
        email: "first@pipedrive.example",
        data: { apiDomain: "https://first-company.pipedrive.com" },
      },
    },
  },
  operations: {
    list_deals: {
      parameters: { status: "open", limit: 1 },
      answer: { data: [{ title: "Large" }], additional_data: { next_cursor: "1" } },
    },
    list_persons: { answer: { data: [{ name: "Contact Person" }] } },
    create_person: { parameters: { name: "Another", email: "another@contact.example" }, answer: { name: "Another" } },
    create_deal: { parameters: { title: "Next", value: 5, person_id: 1 }, answer: { title: "Next", status: "open" } },
  },
  errors: [
    {
      when: "there is no such person",
      operation: "create_deal",
      parameters: { title: "Next", person_id: 9 },
      code: "input_invalid",
      providerCode: "ERR_SCHEMA_VALIDATION_FAILED",
    },
  ],
  unknownError: ({ faults }) =>
    faults.next({
      on: "*",
      fault: { kind: "status", status: 409, body: { success: false, error: "No.", code: "holdfast_unheard_of" } },
    }),
})

const world = () => connectorWorld({ connectors: [pipedrive(pipedriveApp)], emulator: createPipedriveEmulator() })

describe("the API's address (quirk 30)", () => {
  it("is the one that the token answer names, and tokens are asked for with Basic", async () => {
    const { connect, requests, leave } = world()
    await (await connect()).run("list_deals")
    expect(requests.map(({ url }) => new URL(url).host)).toEqual([
      "oauth.pipedrive.com",
      "first-company.pipedrive.com",
      "first-company.pipedrive.com",
    ])
    expect(requests[0]?.headers.get("authorization")).toMatch(/^Basic /)
    expect((await leave()).searchParams.has("scope")).toBe(false)
  })

  it("moves with a refresh", async () => {
    const { connect, requests, emulator } = world()
    const connection = await connect()
    emulator.provider.move("renamed-company")
    emulator.clock.advance(3_600_000)
    await connection.run("list_deals")
    expect(new URL(requests.at(-1)?.url ?? "").host).toBe("renamed-company.pipedrive.com")
    expect((await connection.info()).account.data).toMatchObject({ apiDomain: "https://renamed-company.pipedrive.com" })
  })

  it.each(["https://evil.example", "https://pipedrive.com.evil.example", "http://first-company.pipedrive.com", 1])(
    "is never %s, wherever it came from",
    async (api_domain) => {
      const emulator = createPipedriveEmulator()
      const tampered = async (request: Request) => {
        const answer = await emulator.fetch(request)
        if (!request.url.endsWith("/oauth/token")) return answer
        return Response.json({ ...((await answer.json()) as object), api_domain })
      }
      const { walk, requests } = connectorWorld({ connectors: [pipedrive(pipedriveApp)], emulator, fetch: tampered })
      const view = await walk().catch((error: unknown) => error)
      expect(JSON.stringify(view)).toContain("response_invalid")
      expect(requests.map(({ url }) => new URL(url).host)).toEqual(["oauth.pipedrive.com"])
    },
  )
})

describe("lists", () => {
  it("are walked by cursors", async () => {
    const connection = await world().connect()
    const titles: string[] = []
    for await (const { title } of connection.paginate("list_deals", { limit: 1 })) titles.push(title)
    expect(titles).toEqual(["Large", "Small"])
    expect(await endOf(connection.run("list_deals", { cursor: "2" }))).toEqual({ code: "ok" })
  })
})
