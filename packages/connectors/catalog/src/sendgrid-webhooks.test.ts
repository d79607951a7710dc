import { connectorWorld, endOf } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { createSendgridEmulator, sendgridKeys } from "./sendgrid.emulator.js"
import { sendgrid } from "./sendgrid.js"
import { webhooks } from "./sendgrid-webhooks.js"

const world = () => connectorWorld({ connectors: [sendgrid()], emulator: createSendgridEmulator() })

// https://github.com/sendgrid/sendgrid-nodejs/blob/main/packages/eventwebhook/src/eventwebhook.spec.js
const published = {
  key: "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==",
  signature: "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM=",
  timestamp: "1600112502",
  event: {
    email: "hello@world.com",
    event: "dropped",
    reason: "Bounced Address",
    sg_event_id: "ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA",
    sg_message_id: "LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0",
    "smtp-id": "<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>",
    timestamp: 1_600_112_492,
  },
}

function verify(text: string, secondsLater = 0) {
  const headers = new Headers({
    "x-twilio-email-event-webhook-signature": published.signature,
    "x-twilio-email-event-webhook-timestamp": published.timestamp,
  })
  const now = (Number(published.timestamp) + secondsLater) * 1_000
  const { log, clock } = { log: undefined as never, clock: { now: () => now, monotonic: () => 0 } }
  const context = {
    app: undefined,
    account: { id: "key", label: "Key" },
    secrets: ["no key at all", published.key],
    clock,
    log,
    digest: async () => "",
    fetch: async () => Response.error(),
  }
  const delivery = {
    method: "POST",
    url: "https://app.example.com/hook",
    headers,
    body: new TextEncoder().encode(text),
    text,
  }
  return webhooks.own?.verify(context, delivery) ?? Promise.reject(new Error("there is no verifier"))
}

describe("the signature that SendGrid publishes (quirks, part B)", () => {
  const text = `${JSON.stringify([published.event])}\r\n`

  it("is good, with its trailing line", async () => {
    expect(await verify(text)).toMatchObject({
      is: "events",
      events: [{ id: published.event.sg_event_id, name: "email_dropped", payload: { reason: "Bounced Address" } }],
    })
  })

  it("is refused for any other byte, and five minutes later", async () => {
    expect(await endOf(verify(text.trim()))).toMatchObject({ code: "webhook_unverified" })
    expect(await endOf(verify(text, 299))).toMatchObject({ code: "ok" })
    expect(await endOf(verify(text, 301))).toMatchObject({ code: "webhook_unverified" })
  })
})

describe("webhooks", () => {
  it("are not asked for by keys that may not, nor beyond what the plan allows", async () => {
    const { connect, emulator, lines } = world()
    await connect({ values: { key: sendgridKeys.statistics } })
    expect(emulator.provider.webhooks).toEqual([])
    expect(lines.join("")).toContain("may not make webhooks at SendGrid")
    const more = [sendgridKeys.first, sendgridKeys.second, sendgridKeys.third]
    for (const key of more) await connect({ values: { key }, alias: key.slice(-4) })
    expect(emulator.provider.webhooks).toHaveLength(2)
    expect(lines.join("")).toContain("no further webhook")
  })
})
