import { connectorSuite, connectorWorld } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { createSendgridEmulator, type SendgridEmulator, sendgridKeys } from "./sendgrid.emulator.js"
import { type SendgridConnector, sendgrid } from "./sendgrid.js"
import { sendgridEvent, sendgridSignature } from "./sendgrid-webhooks.emulator.js"

const mail = { from: "sender@verified.example", to: "one@receiver.example", subject: "Hello", text: "From Holdfast" }

connectorSuite<SendgridConnector, undefined, SendgridEmulator>(sendgrid, {
  emulator: () => createSendgridEmulator(),
  methods: {
    api_key: {
      values: { key: sendgridKeys.first },
      account: { id: expect.any(String), label: "SendGrid API key, sends mail", pinned: false },
      withdraw: ({ provider }) => void provider.revokeKey(sendgridKeys.first),
      refused: [{ values: { key: `SG.${"x".repeat(22)}.${"x".repeat(43)}` }, code: "credential_invalid" }],
    },
  },
  operations: {
    send_email: {
      parameters: { ...mail, html: "<p>From Holdfast</p>" },
      answer: { message_id: expect.any(String) },
      verify(_answer, { provider }) {
        expect(provider.sent).toMatchObject([
          { personalizations: [{ to: [{ email: mail.to }] }], from: { email: mail.from }, subject: "Hello" },
        ])
      },
    },
    list_bounces: { parameters: { limit: 10 }, answer: { bounces: [{ email: "gone@bounce.example" }] } },
    get_statistics: {
      parameters: { start_date: "2026-01-01" },
      answer: { statistics: [{ date: "2026-01-01", stats: [{ metrics: { requests: 0 } }] }] },
    },
  },
  errors: [
    {
      when: "the sender is not verified",
      operation: "send_email",
      parameters: { ...mail, from: "nobody@unverified.example" },
      code: "forbidden",
    },
    {
      when: "it is too fast",
      operation: "list_bounces",
      arrange: ({ faults }) =>
        faults.next({ on: "*", fault: { kind: "status", status: 429, body: { errors: [{ message: "too many" }] } } }),
      code: "rate_limited",
    },
  ],
  webhooks: {
    own({ provider }) {
      const { url = "", publicKey = "" } = provider.webhooks.at(-1) ?? {}
      return { url, secret: publicKey }
    },
    signature: ({ provider }) =>
      sendgridSignature(() => {
        const keys = provider.webhooks.at(-1)?.keys
        if (!keys) throw new Error("the webhook was not told to sign")
        return keys.privateKey
      }),
    deliveries: () => ({
      email_processed: sendgridEvent("processed"),
      email_delivered: sendgridEvent("delivered"),
      email_deferred: sendgridEvent("deferred"),
      email_bounced: sendgridEvent("bounce"),
      email_dropped: sendgridEvent("dropped"),
      email_opened: sendgridEvent("open"),
      link_clicked: sendgridEvent("click"),
      spam_reported: sendgridEvent("spamreport"),
      unsubscribed: sendgridEvent("unsubscribe"),
    }),
    subscriptions: ({ provider }) => provider.webhooks.length,
  },
  skip: { unknown_error: "SendGrid's refusals carry sentences and no codes" },
})

describe("limits", () => {
  it("say in a header when they end, in seconds since 1970", async () => {
    const world = connectorWorld({ connectors: [sendgrid()], emulator: createSendgridEmulator() })
    const connection = await world.connect({ values: { key: sendgridKeys.first } })
    const headers = { "x-ratelimit-reset": String(world.emulator.clock.now() / 1_000 + 30) }
    world.emulator.faults.next({ on: "*", fault: { kind: "status", status: 429, headers, body: { errors: [] } } })
    await expect(connection.run("list_bounces")).rejects.toMatchObject({
      code: "rate_limited",
      details: { retryAfterMs: 30_000 },
    })
  })
})

describe("keys", () => {
  it("of 69 characters are stored and sent whole, and may do less than send", async () => {
    const world = connectorWorld({ connectors: [sendgrid()], emulator: createSendgridEmulator() })
    const connection = await world.connect({ values: { key: sendgridKeys.statistics } })
    expect(world.requests[0]?.headers.get("authorization")).toHaveLength("Bearer ".length + 69)
    expect((await connection.info()).account.label).toBe("SendGrid API key, sends no mail")
    expect((await connection.check()).ok).toBe(true)
  })

  it("that are only the id of one are refused with a sentence", async () => {
    const world = connectorWorld({ connectors: [sendgrid()], emulator: createSendgridEmulator() })
    const { step } = await world.begin({ values: { key: "f".repeat(22) } })
    expect(step).toMatchObject({ kind: "form", error: { field: "key", message: expect.stringContaining("SG.") } })
  })
})
