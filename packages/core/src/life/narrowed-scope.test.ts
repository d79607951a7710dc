import { describe, expect, it } from "vitest"
import type { Holdfast } from "../holdfast.js"
import { acmeConnector, ada, bench } from "./bench.js"

async function twoConnectors() {
  const { make, time, provider } = bench()
  const holdfast = make({ connectors: [acmeConnector()(), acmeConnector({}, { id: "acme-two" })()] })
  const { keyOf } = provider.provider
  const connect = async (connector: string, account: string) => {
    keyOf.set(`key-of-${account}`, account)
    const values = { key: `key-of-${account}` }
    const begun = holdfast.attempts.begin(ada, { connector, method: "api_key", values, browser: "b" })
    return (await time.settle(begun)).connectionId ?? ""
  }
  const ids = {
    acme: [await connect("acme", "U1"), await connect("acme", "U2")],
    two: [await connect("acme-two", "U1"), await connect("acme-two", "U3")],
  }
  // The second connector's id is none that the compiler knows.
  const general = holdfast as unknown as Holdfast
  return { time, ids, mine: general.for(ada), narrow: general.for(ada, { connectors: ["acme"] }) }
}

describe("an owner's scope that knows some connectors only (X9)", () => {
  it("lists whole pages of theirs, and finds nothing of the others by id", async () => {
    const { time, ids, mine, narrow } = await twoConnectors()
    expect(await mine.list()).toHaveLength(4)
    const known = [...ids.acme].sort()
    expect((await narrow.list()).map(({ id }) => id)).toEqual(known)
    const [first] = await narrow.list({ limit: 1 })
    expect(first?.id).toBe(known[0])
    expect((await narrow.list({ limit: 1, after: first?.id ?? "" })).map(({ id }) => id)).toEqual(known.slice(1))
    expect(await narrow.list({ connector: "acme-two" })).toEqual([])
    await expect(narrow.connection(ids.acme[0] ?? "").info()).resolves.toMatchObject({ connector: "acme" })
    const other = narrow.connection(ids.two[0] ?? "")
    const calls: (() => Promise<unknown>)[] = [other.info, other.disconnect, other.check]
    for (const call of calls) await expect(time.settle(call())).rejects.toMatchObject({ code: "not_found" })
    expect(await mine.list()).toHaveLength(4)
  })

  it("begins and runs nothing at the others", async () => {
    const { ids, narrow } = await twoConnectors()
    const connectionId = ids.two[0] ?? ""
    for (const call of [
      () => narrow.get("acme-two"),
      () => narrow.connect("acme_two"),
      () => narrow.execute({ provider: "acme-two", operation: "who", connectionId }),
    ])
      await expect(call()).rejects.toMatchObject({ code: "forbidden" })
    await expect(narrow.execute({ provider: "acme", operation: "who", connectionId })).rejects.toMatchObject({
      code: "not_found",
    })
  })
})
