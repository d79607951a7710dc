import { connectorSuite, connectorWorld } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { createMailerliteEmulator, type MailerliteEmulator, mailerliteKeys } from "./mailerlite.emulator.js"
import { type MailerliteConnector, mailerlite } from "./mailerlite.js"

connectorSuite<MailerliteConnector, undefined, MailerliteEmulator>(mailerlite, {
  emulator: () => createMailerliteEmulator(),
  methods: {
    api_key: {
      values: { key: mailerliteKeys.first },
      account: { id: "1000001", label: "First account", email: "first@mailerlite.example" },
      another: { values: { key: mailerliteKeys.second } },
      withdraw: ({ provider }) => void provider.revokeKey(mailerliteKeys.first),
      refused: [{ values: { key: "eyJ0.nobody.wrong" }, code: "credential_invalid" }],
    },
  },
  operations: {
    list_subscribers: {
      parameters: { limit: 1, status: "active" },
      answer: { data: [{ email: "one@subscriber.example" }], meta: { next_cursor: "1" } },
    },
    get_subscriber: { parameters: { subscriber: "two@subscriber.example" }, answer: { status: "active" } },
    upsert_subscriber: {
      parameters: { email: "four@subscriber.example", fields: { name: "four" }, groups: ["1"] },
      answer: { email: "four@subscriber.example", status: "active" },
    },
    list_groups: { answer: { data: [{ id: "1", name: "Newsletter" }] } },
  },
  errors: [
    {
      when: "there is no such subscriber",
      operation: "get_subscriber",
      parameters: { subscriber: "nobody@subscriber.example" },
      code: "resource_not_found",
    },
    {
      when: "there is no such group",
      operation: "upsert_subscriber",
      parameters: { email: "four@subscriber.example", groups: ["9"] },
      code: "input_invalid",
    },
  ],
  skip: { unknown_error: "MailerLite's refusals carry a sentence and no code" },
})

describe("keys of MailerLite Classic (quirk 38)", () => {
  it("are told apart from new tokens and refused with a sentence, before anything is sent", async () => {
    const world = connectorWorld({ connectors: [mailerlite()], emulator: createMailerliteEmulator() })
    const { step } = await world.begin({ values: { key: "0123456789abcdef0123456789ABCDEF" } })
    expect(step).toMatchObject({
      kind: "form",
      error: { code: "input_invalid", field: "key", message: expect.stringContaining("MailerLite Classic") },
    })
    expect(world.requests).toEqual([])
  })

  it("new tokens go as Bearer to connect.mailerlite.com", async () => {
    const world = connectorWorld({ connectors: [mailerlite()], emulator: createMailerliteEmulator() })
    await world.connect({ values: { key: mailerliteKeys.first } })
    const [request] = world.requests
    expect(request?.url).toBe("https://connect.mailerlite.com/api/account")
    expect(request?.headers.get("authorization")).toBe(`Bearer ${mailerliteKeys.first}`)
  })
})

describe("statistics", () => {
  it("counts subscribers", async () => {
    const world = connectorWorld({ connectors: [mailerlite()], emulator: createMailerliteEmulator() })
    const connection = await world.connect({ values: { key: mailerliteKeys.first } })
    expect((await connection.statistics()).provider).toEqual([{ label: "Subscribers", value: 3 }])
  })
})

describe("lists", () => {
  it("are walked by cursors", async () => {
    const world = connectorWorld({ connectors: [mailerlite()], emulator: createMailerliteEmulator() })
    const connection = await world.connect({ values: { key: mailerliteKeys.first } })
    const emails: string[] = []
    for await (const { email } of connection.paginate("list_subscribers", { limit: 2 })) emails.push(email)
    expect(emails).toEqual(["one@subscriber.example", "two@subscriber.example", "three@subscriber.example"])
  })
})
