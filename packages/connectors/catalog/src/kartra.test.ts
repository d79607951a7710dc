import { connectorSuite, connectorWorld, endOf } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { createKartraEmulator, type KartraEmulator, kartraApp, kartraKeys } from "./kartra.emulator.js"
import { type KartraConnector, type KartraOptions, kartra } from "./kartra.js"

connectorSuite<KartraConnector, KartraOptions, KartraEmulator>(kartra, {
  emulator: () => createKartraEmulator(),
  app: kartraApp,
  methods: {
    api_key: {
      values: kartraKeys.first,
      account: { id: expect.any(String), label: "Kartra API key", pinned: false },
      withdraw: ({ provider }) => void provider.revokeKey(kartraKeys.first.key),
      refused: [
        { values: { ...kartraKeys.first, password: "wrong" }, code: "credential_invalid" },
        { values: { ...kartraKeys.first, key: "wrong" }, code: "credential_invalid" },
      ],
    },
  },
  operations: {
    get_lead: { parameters: { email: "one@lead.example" }, answer: { id: "1", email: "one@lead.example" } },
    create_lead: { parameters: { email: "two@lead.example", first_name: "Two" }, answer: { id: "2" } },
    assign_tag: { parameters: { email: "one@lead.example", tag_name: "Customer" }, answer: { ok: true } },
    list_lists: { answer: { account_lists: ["Newsletter"] } },
  },
  errors: [
    {
      when: "there is no such lead",
      operation: "get_lead",
      parameters: { email: "nobody@lead.example" },
      code: "resource_not_found",
      providerCode: "234",
    },
    {
      when: "the lead is there, said inside of a success (quirk 38)",
      operation: "create_lead",
      parameters: { email: "one@lead.example" },
      code: "input_invalid",
      providerCode: "244",
    },
    {
      when: "there is no such tag",
      operation: "assign_tag",
      parameters: { email: "one@lead.example", tag_name: "Nobody" },
      code: "resource_not_found",
      providerCode: "212",
    },
  ],
  unknownError: ({ faults }) =>
    faults.next({
      on: "*",
      fault: { kind: "status", status: 200, body: { status: "Error", message: "No.", type: "holdfast_unheard_of" } },
    }),
})

const world = (testMode = false) =>
  connectorWorld({ connectors: [kartra(kartraApp)], emulator: createKartraEmulator({ testMode }) })

describe("requests (quirk 38)", () => {
  it("carry the credentials in the form, with brackets as PHP has them, and nowhere else", async () => {
    const { connect, requests } = world()
    await (await connect({ values: kartraKeys.first })).run("create_lead", { email: "two@lead.example" })
    const last = requests.at(-1)
    expect(last?.url).toBe("https://app.kartra.com/api")
    expect(last?.headers.has("authorization")).toBe(false)
    expect(Object.fromEntries(new URLSearchParams(await last?.text()))).toEqual({
      app_id: kartraApp.appId,
      api_key: kartraKeys.first.key,
      api_password: kartraKeys.first.password,
      "lead[email]": "two@lead.example",
      "actions[0][cmd]": "create_lead",
    })
  })

  it("are refused with status 200, and that is an error all the same", async () => {
    const { connect, emulator } = world()
    const connection = await connect({ values: kartraKeys.first })
    expect(await endOf(connection.run("get_lead", { id: "9" }))).toEqual({
      code: "resource_not_found",
      providerCode: "234",
    })
    expect(await connection.run("get_lead", { id: "1" })).toMatchObject({ email: "one@lead.example" })
    emulator.faults.next({ on: "*", fault: { kind: "status", status: 200, body: { status: "Error", type: "239" } } })
    expect((await endOf(connection.run("list_lists"))).code).toBe("config_invalid")
    expect(await connection.info()).toMatchObject({ status: "active" })
  })

  it("of an app in test mode end in another address than was given", async () => {
    const { connect, emulator } = world(true)
    await (await connect({ values: kartraKeys.first })).run("create_lead", { email: "two@lead.example" })
    expect(emulator.provider.leads).toEqual(["one@lead.example", "two@kartra.com"])
  })
})
