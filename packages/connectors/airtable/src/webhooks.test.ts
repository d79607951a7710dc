import { signDelivery } from "@holdfast/emulator"
import { expect, it } from "vitest"
import { airtableSignature, personalTokens } from "./emulator.js"
import { airtableWorld } from "./test-support.js"

const day = 86_400_000
const values = { key: personalTokens[0]?.token ?? "" }

it("a webhook is refreshed before its seven days are over, and goes on being heard", async () => {
  const { connect, emulator, holdfast, deliver } = airtableWorld()
  await connect({ method: "personal_token", values })
  const [made] = [...emulator.provider.webhooks.values()]
  if (!made) throw new Error("no webhook was made")
  for (let days = 0; days < 30; days++) {
    emulator.clock.advance(day)
    await holdfast.scheduler.tick()
  }
  expect([...emulator.provider.webhooks.keys()]).toEqual([made.id])
  expect(made.expiresAt).toBeGreaterThan(emulator.clock.now())
  const body = { base: { id: made.baseId }, webhook: { id: made.id }, timestamp: "2026-02-01T21:25:05.663Z" }
  const response = await deliver({ body }, airtableSignature(made.macSecretBase64), { url: made.notificationUrl })
  expect(response.status).toBe(200)
})

it("a webhook that has ended while nobody ticked is made again", async () => {
  const { connect, emulator, holdfast } = airtableWorld()
  await connect({ method: "personal_token", values })
  const [before] = [...emulator.provider.webhooks.keys()]
  emulator.clock.advance(20 * day)
  await holdfast.scheduler.tick()
  const living = [...emulator.provider.webhooks.values()].filter(({ expiresAt }) => expiresAt > emulator.clock.now())
  expect(living).toHaveLength(1)
  expect(living[0]?.id).not.toBe(before)
})

it("none is asked for where the person did not grant webhook:manage", async () => {
  const { connect, emulator, requests } = airtableWorld()
  await connect({ method: "oauth" })
  expect(emulator.provider.webhooks.size).toBe(0)
  expect(requests.filter(({ url }) => url.includes("/webhooks"))).toEqual([])
})

it("the signature is hexadecimal, under the decoded secret", async () => {
  const { emulator } = airtableWorld()
  const signed = await signDelivery({ body: {} }, "https://app.example.com/x", {
    signature: airtableSignature(btoa("a key")),
    clock: emulator.clock,
  })
  expect(signed.headers.get("x-airtable-content-mac")).toMatch(/^hmac-sha256=[0-9a-f]{64}$/)
})
