import { connectorSuite, connectorWorld } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import type { OAuthAppOptions } from "./app.js"
import { type CanvaEmulator, canvaApp, createCanvaEmulator } from "./canva.emulator.js"
import { type CanvaConnector, canva } from "./canva.js"

const world = () => connectorWorld({ connectors: [canva(canvaApp)], emulator: createCanvaEmulator() })

connectorSuite<CanvaConnector, OAuthAppOptions, CanvaEmulator>(canva, {
  emulator: ({ redirectUri }) => createCanvaEmulator({ redirectUris: [redirectUri] }),
  app: canvaApp,
  methods: { oauth: { account: { id: "Oi2FirstTeam:auDFirstPerson", label: "First Person" } } },
  operations: {
    list_designs: { parameters: { query: "Poster" }, answer: { items: [{ id: "DAFemulated1", title: "Poster" }] } },
    create_design: { parameters: { title: "Flyer" }, answer: { title: "Flyer" } },
    export_design: {
      parameters: { design_id: "DAFemulated1", format: { type: "pdf" } },
      answer: { status: "in_progress" },
    },
    get_export: {
      parameters: { export_id: "emulated" },
      arrange: ({ faults }) =>
        faults.next({
          on: "*",
          fault: { kind: "status", status: 200, body: { job: { id: "emulated", status: "success", urls: [] } } },
        }),
      answer: { status: "success" },
    },
  },
  errors: [
    {
      when: "there is no such design",
      operation: "export_design",
      parameters: { design_id: "DAFnone", format: { type: "pdf" } },
      code: "resource_not_found",
      providerCode: "design_not_found",
    },
  ],
  unknownError: ({ faults }) =>
    faults.next({
      on: "*",
      fault: { kind: "status", status: 400, body: { code: "holdfast_unheard_of", message: "No." } },
    }),
})

describe("tokens (quirk 10)", () => {
  it("of 4096 characters are stored and sent whole", async () => {
    const { connect, requests } = world()
    const connection = await connect()
    const { accessToken } = (await connection.unsafe.secret()) as { accessToken: string }
    expect(accessToken).toHaveLength(4_096)
    await connection.run("list_designs")
    expect(requests.at(-1)?.headers.get("authorization")).toBe(`Bearer ${accessToken}`)
  })

  it("live for 14400 s, and a refresh token works once (quirk 40)", async () => {
    const { connect, emulator } = world()
    const connection = await connect()
    expect((await connection.info()).slots.main?.expiresAt).toBe(emulator.clock.now() + 14_400_000)
    emulator.clock.advance(14_401_000)
    await Promise.all(Array.from({ length: 20 }, () => connection.run("list_designs")))
    expect(emulator.counters.refreshes).toMatchObject({ issued: 1, mostForOne: 1 })
  })
})

describe("the authorization request (quirk 10)", () => {
  it("has a challenge, and the token request Basic authentication", async () => {
    const { connect, leave, requests } = world()
    expect((await leave()).searchParams.get("code_challenge_method")).toBe("S256")
    await connect()
    expect(requests[0]?.headers.get("authorization")).toMatch(/^Basic /)
  })

  it("cannot lead back to localhost: the stand-in does not let it be registered", () => {
    expect(() => createCanvaEmulator({ redirectUris: ["http://localhost:3000/callback"] })).toThrow("127.0.0.1")
  })
})

describe("exports", () => {
  it("are begun, and asked for until they are ready", async () => {
    const connection = await world().connect()
    const { id } = await connection.run("export_design", { design_id: "DAFemulated2", format: { type: "png" } })
    expect(await connection.run("get_export", { export_id: id })).toMatchObject({ status: "success" })
  })

  it("lists of designs are walked by continuation", async () => {
    const connection = await world().connect()
    const titles: unknown[] = []
    for await (const { title } of connection.paginate("list_designs")) titles.push(title)
    expect(titles).toEqual(["Poster", "Menu"])
  })
})
