import { describe, expect, it } from "vitest"
import { errorTable } from "../errors.js"
import { type Reason, reasonTable } from "../status.js"
import { causeOf } from "./cause-of.js"
import { generalCauses, type Sign } from "./general-causes.js"
import type { Moment } from "./known-cause.js"

const acme = { name: "Acme", setup: { url: "https://acme.example/apps", steps: [] } }
const moments: readonly Moment[] = ["connecting", "refreshing", "calling"]

describe("the general causes", () => {
  it("have each name once, and say what happened and what to do in a sentence", () => {
    const names = generalCauses.map(({ cause }) => cause)
    expect(new Set(names).size).toBe(names.length)
    for (const { cause, text, advice } of generalCauses) {
      expect(cause).toMatch(/^[a-z]+(_[a-z]+)*$/)
      for (const words of [text, advice]) expect(words, cause).toMatch(/^[A-Z{][^\n]{10,250}\.$/)
    }
  })

  it("stand for each reason of a slot once, with the same one to act", () => {
    for (const [reason, actor] of Object.entries(reasonTable)) {
      const rows = generalCauses.filter(({ reasons }) => reasons?.includes(reason as Reason))
      expect(
        rows.map((row) => row.actor),
        reason,
      ).toEqual([actor])
    }
  })

  it("stand for each sign once", () => {
    const signs = {
      disabled: 1,
      disconnecting: 1,
      connector_missing: 1,
      credential_unreadable: 1,
      refresh_failing: 1,
      keep_alive_overdue: 1,
      refresh_token_ends: 1,
      permissions_missing: 1,
      webhooks_failed: 1,
      webhooks_waiting: 1,
      scheduler_behind: 1,
    } satisfies Record<Sign, 1>
    expect(generalCauses.flatMap((row) => row.signs ?? []).toSorted()).toEqual(Object.keys(signs).toSorted())
  })

  it("can all be met: none is hidden behind one that stands before it", () => {
    const met = new Set<string>()
    for (const row of generalCauses) {
      const symptoms = [
        ...(row.reasons ?? []).map((reason) => ({ moment: "refreshing" as const, reason })),
        ...(row.signs ?? []).map((sign) => ({ moment: "refreshing" as const, sign })),
        ...(row.errors ?? []).flatMap((code) =>
          (row.when ?? moments).flatMap((moment) =>
            (row.codes ?? [undefined]).map((providerCode) => ({
              moment,
              code,
              providerCode,
              renews: row.renews ?? true,
            })),
          ),
        ),
      ]
      for (const symptom of symptoms) expect(causeOf(acme, symptom).cause, row.cause).toBe(row.cause)
      if (symptoms.length > 0) met.add(row.cause)
    }
    expect(met.size).toBe(generalCauses.length)
  })

  it("name the provider, and lead to its console where the app is at fault", () => {
    expect(causeOf(acme, { moment: "refreshing", reason: "app_refused" })).toMatchObject({
      text: "Acme refuses the app's client id or secret.",
      link: "https://acme.example/apps",
    })
  })

  it("leave no code of ours without words", () => {
    for (const code of [...Object.keys(errorTable), "token_expired", "grant_ended"] as (keyof typeof errorTable)[]) {
      for (const moment of moments) expect(causeOf(acme, { moment, code }).text, code).toMatch(/\.$/)
    }
  })
})
