import { approve } from "@holdfast/emulator"
import { describe, expect, it } from "vitest"
import { ada, arrivalOf, bench } from "./bench.js"

const ids = ["the first id of ada's browser", "the second id of ada's browser"]
const several = { browser: ids, owner: ada }
const others = { browser: ["an id", "another id"], owner: ada }

describe("a browser with several ids (X12)", () => {
  it.each(ids)("comes back to what was begun under one of them: %s", async (browser) => {
    const { holdfast, time, provider } = bench()
    const { attempts } = holdfast
    const { id, step } = await time.settle(attempts.begin(ada, { connector: "acme", browser }))
    const back = await approve(provider.fetch, step.kind === "redirect" ? step.url : "")
    for (const visitor of [others, { ...several, browser: [] }]) {
      await expect(time.settle(attempts.view(id, visitor))).rejects.toMatchObject({ code: "not_found" })
      await expect(time.settle(attempts.callback(arrivalOf(back), visitor))).rejects.toMatchObject({
        code: "state_mismatch",
      })
    }
    expect(await time.settle(attempts.view(id, several))).toMatchObject({ status: "pending" })
    expect(await time.settle(attempts.callback(arrivalOf(back), several))).toMatchObject({ status: "connected" })
  })

  it("is bound by the first, and stays bound in whatever order they come", async () => {
    const { holdfast, time } = bench()
    const { attempts } = holdfast
    const { id } = await time.settle(attempts.begin(ada, { connector: "acme" }))
    const bind = (browser: readonly string[]) => time.settle(attempts.bind(id, { browser, owner: ada }))
    await expect(bind([])).rejects.toMatchObject({ code: "state_mismatch" })
    for (const browser of [ids, ids, ids.toReversed()]) expect(await bind(browser)).toMatchObject({ status: "pending" })
    await expect(bind(others.browser)).rejects.toMatchObject({ code: "state_mismatch" })
    await expect(bind(ids.slice(1))).rejects.toMatchObject({ code: "state_mismatch" })
  })

  it("claims what was granted to one of them", async () => {
    const { holdfast, time, answer } = bench()
    const { attempts } = holdfast
    const browser = "the browser of ada"
    const { id } = await answer(
      await time.settle(attempts.begin(ada, { connector: "acme", browser, claim: "browser" })),
    )
    const visitor = { browser: ["another id", browser], owner: ada }
    const handle = await time.settle(attempts.handOut(id, visitor))
    const claimant = { ...visitor, connector: "acme" }
    for (const browser of [others.browser, []])
      await expect(time.settle(attempts.claim(handle, { ...claimant, browser }))).rejects.toMatchObject({
        code: "state_mismatch",
      })
    expect(await time.settle(attempts.claim(handle, claimant))).toMatchObject({ status: "connected" })
  })
})
