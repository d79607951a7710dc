import { describe, expect, it } from "vitest"
import type { CheckPart } from "../connector.js"
import { checkConnection } from "./check-connection.js"
import { createHttp } from "./create-http.js"
import { storedCredentials } from "./credential-source.js"
import { acmeConnector, bearerMethod, json, rejectionOf, rowOf, world } from "./test-support.js"

function twoSlots(parts: readonly CheckPart[], refuse = false) {
  const connector = acmeConnector({
    methods: [bearerMethod({ slots: ["bot", "user"] })],
    errors: { codes: {} },
    check: async () => parts,
  })
  const made = world({
    connector,
    row: rowOf({ slots: { bot: {}, user: {} } }),
    answer: () => json({}, { status: refuse ? 401 : 200 }),
  })
  const marked: string[] = []
  const { tokens } = made.parts
  const own = {
    ...made.parts,
    tokens: { ...tokens, refused: async ({ slot }: { slot: string }) => void marked.push(slot) },
  }
  return { made, own, marked }
}

const deadUser: CheckPart = { name: "token", ok: false, code: "reauth_required", slot: "user" }

describe("a check that speaks of a slot", () => {
  it("marks that slot alone, and is not taken for the connection's token", async () => {
    const { made, own, marked } = twoSlots([deadUser, { name: "api", ok: true }])
    const report = await made.time.settle(checkConnection(own, "conn_1"))
    expect(marked).toEqual(["user"])
    expect(report.ok).toBe(false)
    expect(report.parts).toContainEqual(deadUser)
    expect(report.parts).toContainEqual({ name: "token", ok: true })
  })

  it("marks nothing for what is no dead credential, or a slot that is not there", async () => {
    const { made, own, marked } = twoSlots([
      { name: "api", ok: false, code: "provider_unavailable", slot: "bot" },
      { ...deadUser, slot: "admin" },
      { name: "token", ok: false, code: "reauth_required" },
    ])
    await made.time.settle(checkConnection(own, "conn_1"))
    expect(marked).toEqual([])
  })

  it.each([
    ["user", "reauth_required", ["user"]],
    ["bot", "provider_rejected", []],
  ])("says nothing of the other slot's refused call: %s", async (slot, code, expected) => {
    const { made, own, marked } = twoSlots([deadUser], true)
    const source = storedCredentials({ connectionId: "conn_1", tokens: own.tokens, contextFor: own.contextFor })
    const http = createHttp(own, { source, slot })
    expect(await rejectionOf(made.time.settle(http.get("/me")))).toMatchObject({ code })
    expect(marked).toEqual(expected)
  })
})
