import { describe, expect, it } from "vitest"
import { bench } from "./bench.js"

const hour = 3_600_000
const accounts = Array.from({ length: 60 }, (_, index) => ({ id: `A${index}`, label: `Account ${index}`, data: {} }))

async function benchWith(tenants: number) {
  const parts = bench({ server: { accounts } })
  for (let tenant = 0; tenant < tenants; tenant++)
    await parts.connect({ owner: { tenantId: `t${tenant}`, userId: "u" }, account: `A${tenant}` })
  return parts
}

describe("R20: the mass-death fence", () => {
  it("holds deaths back once twenty tenants and half of an app's are refused, and lets them live when the provider takes them again", async () => {
    const { provider, rows, holdfast, time, events } = await benchWith(30)
    const refuse = () =>
      provider.faults.next({
        on: "token.refresh",
        fault: { kind: "status", status: 400, body: { error: "invalid_grant" } },
        times: 100,
      })
    refuse()
    time.advance(hour)
    for (const row of await rows()) {
      await time.settle(
        holdfast
          .for({ tenantId: row.tenantId, userId: "u" })
          .connection(row.id, "acme")
          .accessToken()
          .catch(() => {}),
      )
    }
    const count = async (status: string) => (await rows()).filter((row) => row.status === status).length
    // The first nineteen looked like deaths; from the twentieth on they are held.
    expect(await count("needs_reauth")).toBe(19)
    expect(await count("degraded")).toBe(11)
    expect((await rows()).filter((row) => row.detail.slots.main?.reason === "mass_refusal")).toHaveLength(11)
    await time.settle(holdfast.scheduler.tick())
    expect(events.filter((event) => event.type === "app.mass_refusal")).toHaveLength(1)

    provider.faults.clear()
    for (let tick = 0; tick < 90; tick++) {
      time.advance(60_000)
      await time.settle(holdfast.scheduler.tick())
    }
    expect(await count("degraded")).toBe(0)
    expect(await count("active")).toBe(11)
  })

  it("does not rise for one tenant that revokes everything it has", async () => {
    const { connect, provider, rows, holdfast, time } = bench({ server: { accounts } })
    for (let connection = 0; connection < 25; connection++) await connect({ account: `A${connection}` })
    for (const grant of provider.provider.oauth.grants()) provider.provider.oauth.revokeGrant(grant.id)
    time.advance(hour)
    for (const row of await rows()) {
      await time.settle(
        holdfast
          .for({ tenantId: "t1", userId: "ada" })
          .connection(row.id, "acme")
          .accessToken()
          .catch(() => {}),
      )
    }
    expect((await rows()).every((row) => row.status === "needs_reauth")).toBe(true)
  })
})
