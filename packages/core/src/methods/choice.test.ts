import { describe, expect, it } from "vitest"
import { z } from "zod"
import { isHoldfastError } from "../errors.js"
import type { Next } from "../method.js"
import type { Choice, ChoiceOption } from "./choice.js"
import { oauth2 } from "./oauth2.js"
import type { TokenSet } from "./oauth2-options.js"
import type { OAuth2State } from "./oauth2-settings.js"
import { standard, tokens } from "./test-acme.js"
import { type Answer, callback, now, stepOf, type TestContextOptions, testContext } from "./test-context.js"

const tenants = z.array(z.object({ id: z.string(), name: z.string() }))
const choose: Choice = {
  id: "tenant",
  title: "Which organisation?",
  field: { name: "tenantId", label: "Organisation" },
  none: "This account is in no organisation. Ask to be invited to one.",
  async options({ get }) {
    const found = await get("https://api.acme.example/tenants", { output: tenants })
    return found.map(({ id, name }): ChoiceOption => ({ value: id, label: name }))
  },
}
const two = [
  { id: "t1", name: "First" },
  { id: "t2", name: "Second" },
]
const method = oauth2({ ...standard, choose })

async function comeBack(answer: Answer, options: TestContextOptions<OAuth2State> = {}) {
  const context = testContext<OAuth2State>({ answers: [{ json: tokens }, answer], ...options })
  const begun = await method.begin(context, { from: "start", values: {} })
  if (!context.attempt || !("step" in begun)) throw new Error("no attempt")
  const attempt = { ...context.attempt, ...(begun.state && { state: begun.state }) }
  const next = await method.advance({ ...context, attempt }, callback({ code: "code-1" }))
  return { context, attempt, next }
}

type Came = Awaited<ReturnType<typeof comeBack>>

/** The person sends the form that is shown, perhaps in another process: state is JSON in between. */
function pick({ context, attempt, next }: Came, tenantId: string): Promise<Next<OAuth2State, TokenSet>> {
  const state = "state" in next ? (JSON.parse(JSON.stringify(next.state)) as OAuth2State) : undefined
  return method.advance({ ...context, attempt: { ...attempt, state } }, { from: "form", values: { tenantId } })
}

function tenantOf(next: Next<OAuth2State, TokenSet>) {
  if (!("grant" in next)) throw new Error("expected a grant")
  return [next.grant.evidence.input?.tenantId, next.grant.slots?.main?.secret.accessToken]
}

const failureOf = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!isHoldfastError(error)) throw new Error("expected an error of ours")
  return error
}

describe("a choice after consent", () => {
  it("is asked for where there are several, and the token waits for it", async () => {
    const came = await comeBack({ json: two })
    const { fields, ...step } = stepOf(came.next, "form")
    expect(step).toEqual({ kind: "form", id: "tenant", title: "Which organisation?" })
    expect(fields).toEqual([
      {
        name: "tenantId",
        label: "Organisation",
        type: "select",
        options: [
          { value: "t1", label: "First" },
          { value: "t2", label: "Second" },
        ],
      },
    ])
    expect(tenantOf(await pick(came, "t2"))).toEqual(["t2", "at-1"])
    expect(came.context.seen).toHaveLength(2)
  })

  it("asks the provider with the new token, and shows it to nobody else", async () => {
    const { context, next } = await comeBack({ json: two })
    expect(context.seen[1]?.headers.get("authorization")).toBe("Bearer at-1")
    expect(JSON.stringify("step" in next && next.step)).not.toContain("at-1")
    expect(context.logged.join()).not.toContain("at-1")
  })

  it("gives the person the whole time again", async () => {
    const { next } = await comeBack({ json: two })
    expect("step" in next && next.expiresAt).toBe(now + 600_000)
  })

  it("is made silently where there is one", async () => {
    const { next } = await comeBack({ json: [two[1]] })
    expect(tenantOf(next)).toEqual(["t2", "at-1"])
  })

  it("is made silently where it is known: named at the start, or the account's own", async () => {
    const { next } = await comeBack({ json: two }, { attempt: { input: { tenantId: "t2" } } })
    expect(tenantOf(next)).toEqual(["t2", "at-1"])
    const account = { id: "a", label: "A", data: { tenantId: "t1" } }
    expect(tenantOf((await comeBack({ json: two }, { account })).next)).toEqual(["t1", "at-1"])
  })

  it("is asked for where what is known is gone", async () => {
    const { next } = await comeBack({ json: two }, { attempt: { input: { tenantId: "t9" } } })
    expect(stepOf(next, "form").id).toBe("tenant")
  })

  it("shows the form again for a value that is none of them", async () => {
    const came = await comeBack({ json: two })
    const again = stepOf(await pick(came, "t9"), "form")
    expect(again).toMatchObject({ id: "tenant", error: { code: "input_invalid", field: "tenantId" } })
    expect(tenantOf(await pick(came, "t1"))).toEqual(["t1", "at-1"])
  })

  it("of nothing is an error that says what to do", async () => {
    const error = await failureOf(comeBack({ json: [] }))
    expect([error.code, error.details.reason, error.message]).toEqual([
      "resource_not_found",
      "nothing_to_choose",
      "This account is in no organisation. Ask to be invited to one.",
    ])
  })

  it("tells trouble with the options apart", async () => {
    const codeOf = async (answer: Answer) => (await failureOf(comeBack(answer))).code
    expect(await codeOf({ status: 403, json: {} })).toBe("provider_rejected")
    expect(await codeOf({ status: 503, text: "later" })).toBe("provider_unavailable")
    expect(await codeOf({ status: 429, json: {} })).toBe("rate_limited")
    expect(await codeOf({ json: { other: true } })).toBe("response_invalid")
  })

  it("sends the token over https alone", async () => {
    const moved = oauth2({
      ...standard,
      choose: { ...choose, options: ({ get }) => get("http://acme.example/tenants") },
    })
    const context = testContext<OAuth2State>({ answers: [{ json: tokens }] })
    const begun = await moved.begin(context, { from: "start", values: {} })
    if (!context.attempt || !("step" in begun)) throw new Error("no attempt")
    const attempt = { ...context.attempt, ...(begun.state && { state: begun.state }) }
    const error = await failureOf(moved.advance({ ...context, attempt }, callback({ code: "code-1" })))
    expect(error.code).toBe("host_forbidden")
    expect(context.seen).toHaveLength(1)
  })
})
