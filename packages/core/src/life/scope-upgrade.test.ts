import { describe, expect, it } from "vitest"
import { z } from "zod"
import { rejectionOf } from "../call/test-support.js"
import type { OperationMap } from "../connector.js"
import { HoldfastError } from "../errors.js"
import { operation } from "../operation.js"
import { ada, bench, url } from "./bench.js"

const operations = {
  note: operation({
    summary: "Write a note",
    effect: "write",
    scopes: ["write|write:notes"],
    input: z.object({}),
    output: z.object({ id: z.string() }),
    run: ({ http }) => http.get("/me", { output: z.object({ id: z.string() }) }),
  }),
  refused: operation({
    summary: "What the provider refuses",
    effect: "write",
    scopes: ["read"],
    input: z.object({}),
    output: z.unknown(),
    run: async () => {
      throw new HoldfastError("scope_missing")
    },
  }),
} as unknown as OperationMap

const given = (scopesAddUp?: true) =>
  bench({
    connector: { operations },
    method: { scopes: ["read"], ...(scopesAddUp && { scopesAddUp }) },
    server: { scopes: ["read", "write", "other"] },
  })

type Bench = ReturnType<typeof given>

/** Where the link's reconnection leads: what the provider is asked for. */
async function asked({ holdfast, time }: Bench, reconnect: string, scopes?: string[]) {
  const request = { connector: "acme", reconnect, browser: "the browser of ada", ...(scopes && { scopes }) }
  const begun = await time.settle(holdfast.attempts.begin(ada, request))
  const leave = new URL(begun.step.kind === "redirect" ? begun.step.url : "")
  return { begun, scopes: leave.searchParams.get("scope") }
}

describe("a scope that is missing", () => {
  it("comes with a link that asks for it and keeps what is there, and the call then works", async () => {
    const made = given()
    const { connectionId: id = "" } = await made.connect()
    const connection = made.mine.connection(id)
    const error = await rejectionOf(made.time.settle(connection.run("note")))
    expect(error).toMatchObject({ code: "scope_missing", details: { missingScopes: ["write"] } })
    expect(error.details.connectUrl).toBe(`${url}/connect/acme?reconnect=${id}&scopes=write`)

    const { begun, scopes } = await asked(made, id, ["write"])
    expect(scopes).toBe("read write")
    expect(await made.answer(begun)).toMatchObject({ status: "connected", connectionId: id })
    expect(await made.time.settle(connection.run("note"))).toEqual({ id: "U1" })
    expect((await connection.info()).slots.main?.scopes).toEqual(["read", "write"])
    expect((await made.rows())[0]?.detail.requested).toEqual(["read", "write"])
  })

  it("is asked for alone where the provider adds up, while its grant stands", async () => {
    const made = given(true)
    const { connectionId: id = "" } = await made.connect()
    expect((await asked(made, id, ["write"])).scopes).toBe("write")
    const [row] = await made.rows()
    if (!row) throw new Error("there is a connection")
    await made.store.connections.update({ ...row, status: "needs_reauth" })
    expect((await asked(made, id, ["write"])).scopes).toBe("read write")
  })

  it("is not lost again when the connection is authorised again without a word of scopes", async () => {
    const made = given()
    const { connectionId: id = "" } = await made.connect()
    expect((await asked(made, id)).scopes).toBe("read")
    await made.answer((await asked(made, id, ["write"])).begun)
    expect((await asked(made, id)).scopes).toBe("read write")
    expect((await asked(made, id, ["other"])).scopes).toBe("read write other")
  })

  it("that the provider refuses has the link, too, in a workflow named by strings; a job has nobody to send there", async () => {
    const made = given()
    const { connectionId: id = "" } = await made.connect()
    const link = `${url}/connect/acme?reconnect=${id}&scopes=read`
    const call = { provider: "acme", operation: "refused" }
    expect((await rejectionOf(made.time.settle(made.mine.execute(call)))).details.connectUrl).toBe(link)
    const ofJob = made.holdfast.asSystem().connection(id)
    expect((await rejectionOf(made.time.settle(ofJob.run("refused")))).details.connectUrl).toBeUndefined()
  })
})
