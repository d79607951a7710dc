import { errorTable, isHoldfastError } from "@holdfast/core"
import { describe, expect, it } from "vitest"
import type { ProviderEmulator } from "./provider-emulator.js"
import type { SuiteContext } from "./suite-context.js"
import { codeOf, connect, given, type WalkOptions, walk } from "./walk.js"
import { owner, type World } from "./world.js"

/** Every method to its end, and every way in which it must not end in a connection. */
export function connectingSuite<E extends ProviderEmulator>(suite: SuiteContext<E>): void {
  const { connector, examples } = suite

  it("has an example for each method", () => {
    expect(Object.keys(examples.methods).toSorted()).toEqual(connector.methods.map(({ id }) => id).toSorted())
  })

  for (const method of connector.methods) {
    const example = examples.methods[method.id]
    if (!example) continue
    const options = { method: method.id }

    describe(`connecting through ${method.id}`, () => {
      suite.test("ends in a connection to the account that the provider names", async (world) => {
        const connection = await connect(world, example, options)
        const info = await connection.info()
        const account = typeof example.account === "function" ? example.account(world.emulator) : example.account
        expect(info.account).toMatchObject(account)
        expect(info.account.label).not.toBe("")
        expect(info).toMatchObject({ connector: connector.id, method: method.id, status: "active", reason: null })
        expect(Object.keys(info.slots).length).toBeGreaterThan(0)
        for (const slot of Object.keys(info.slots)) expect(method.slots).toContain(slot)
      })

      suite.test(
        "knows the account by an id that never changes: no e-mail address, and the same again (C7)",
        async (world) => {
          const first = await (await connect(world, example, options)).info()
          expect(first.account.id).not.toBe(first.account.email)
          expect(first.account.id).not.toMatch(/^[^@\s]+@[^@\s]+\.[a-z]{2,}$/i)
          const second = await (await connect(world, example, options)).info()
          expect(second.account.id).toBe(first.account.id)
          expect(second.id, "connecting the same account again is a reconnect of its row").toBe(first.id)
          expect(await world.mine.list()).toHaveLength(1)
        },
      )

      suite.test("reconnects under the same connection id", async (world) => {
        const { id } = await (await connect(world, example, options)).info()
        const again = await connect(world, example, { ...options, reconnect: id })
        expect(await again.info()).toMatchObject({ id, status: "active" })
      })

      for (const [index, refused] of (example.refused ?? []).entries()) {
        suite.test(`refuses what the provider refuses: ${refused.code} (${index + 1})`, async (world) => {
          const wrong = { ...example, ...refused, values: refused.values ?? example.values }
          expect(await endOf(world, wrong as typeof example, options)).toBe(refused.code)
          expect(await world.mine.list(), "nothing was stored").toEqual([])
        })
      }

      if (method.facts.startsWith === "redirect") redirectTests(suite, method.id)

      suite.testUnless("second_account", "refuses another account when reconnecting", async (world) => {
        const { id, account } = await (await connect(world, example, options)).info()
        if (account.pinned === false) return
        const another = await somebodyElse(world, suite, method.id)
        const before = await world.store.connections.get(id)
        expect(await endOf(world, another, { ...options, reconnect: id })).toBe("account_mismatch")
        const after = await world.store.connections.get(id)
        expect(after?.sealed, "the credential did not change").toEqual(before?.sealed)
        expect(after?.detail.account).toEqual(before?.detail.account)
      })
    })
  }
}

function redirectTests<E extends ProviderEmulator>(suite: SuiteContext<E>, id: string): void {
  const { example } = suite.method(id)
  const options = { method: id }

  suite.test("leaves for https, with our own redirect URI and a state that it never shows twice", async (world) => {
    const values = await given(world, example.values)
    const [first, second] = [await begin(world, id, values), await begin(world, id, values)]
    expect(first.protocol).toBe("https:")
    expect(first.href, "two attempts leave differently").not.toBe(second.href)
    for (const [name, value] of first.searchParams) expect(name, value).not.toMatch(/secret|password|verifier$/)
  })

  suite.testUnless("consent_denied", "ends with access_denied when the person says no", async (world) => {
    expect(await endOf(world, { ...example, approve: { ...example.approve, deny: true } }, options)).toBe(
      "access_denied",
    )
    expect(await world.mine.list()).toEqual([])
  })

  const { untick } = example
  if (untick) {
    suite.test("connects with what was ticked, and says what is missing", async (world) => {
      const method = suite.connector.methods.find((one) => one.id === id)
      const asked = example.scopes ?? method?.facts.scopes ?? []
      const scopes = asked.filter((scope) => !untick.includes(scope))
      const connection = await connect(world, { ...example, approve: { ...example.approve, scopes } }, options)
      const { slots, status } = await connection.info()
      expect(status).toBe("active")
      const granted = Object.values(slots).flatMap((slot) => slot.scopes ?? [])
      for (const scope of untick) expect(granted).not.toContain(scope)
      const report = await connection.check()
      expect(report.ok).toBe(false)
      expect(report.missingScopes).toEqual(expect.arrayContaining([...untick]))
      expect(report.parts.find(({ name }) => name === "permissions")).toMatchObject({
        ok: false,
        code: "scope_missing",
      })
    })
  }

  suite.testUnless(
    "altered_callback",
    "believes nothing of the callback that the provider does not prove",
    async (world) => {
      const { account, id: untouched } = await (await connect(world, example, options)).info()
      const names = new Set<string>()
      await connect(world, example, {
        ...options,
        arrive(request) {
          for (const name of new URL(request.url).searchParams.keys()) names.add(name)
          return request
        },
      })
      for (const name of [...names].filter((name) => name !== "state")) {
        const arrive = (request: Request) => altered(request, name)
        const end = await endOf(world, example, { ...options, arrive })
        const stored = await world.mine.list()
        expect(
          stored.map((one) => [one.id, one.account.id]),
          `after altering ${name}, which ended in ${end}`,
        ).toEqual([[untouched, account.id]])
      }
    },
  )
}

/** The code that a walk ends with; `"connected"` where it does not fail. */
async function endOf<E extends ProviderEmulator>(
  world: World<E>,
  example: Parameters<typeof walk<E>>[1],
  options: WalkOptions,
): Promise<string | undefined> {
  try {
    const view = await walk(world, example, options)
    return view.status === "connected" ? "connected" : codeOf(view)
  } catch (error) {
    world.canary.look("error", error)
    if (!isHoldfastError(error)) throw error
    expect(errorTable).toHaveProperty(error.code)
    return error.code
  }
}

async function somebodyElse<E extends ProviderEmulator>(world: World<E>, suite: SuiteContext<E>, id: string) {
  const { example } = suite.method(id)
  if (example.another) return { ...example, ...example.another }
  const servers = Object.values(world.emulator.authorizationServers ?? {})
  const account = servers
    .flatMap(({ accounts }) => accounts)
    .find((candidate) => candidate.id !== example.approve?.account && servers[0]?.accounts[0]?.id !== candidate.id)
  if (!account) throw new Error(`the example of "${id}" needs \`another\`, or the emulator a second account`)
  return { ...example, approve: { ...example.approve, account: account.id } }
}

async function begin<E extends ProviderEmulator>(
  world: World<E>,
  method: string,
  values: Readonly<Record<string, string>>,
): Promise<URL> {
  const { step } = world.saw(
    await world.holdfast.attempts.begin(owner, {
      connector: world.connector.id,
      method,
      values,
      browser: "another-browser",
    }),
  )
  if (step.kind !== "redirect") throw new Error(`the first step is ${step.kind}, though its facts say redirect`)
  return new URL(step.url)
}

/** The same arrival with one parameter of its query changed, as a browser could. */
function altered(request: Request, name: string): Request {
  const url = new URL(request.url)
  const value = url.searchParams.get(name) ?? ""
  const swap = (character: string) =>
    /\d/.test(character) ? String((Number(character) + 1) % 10) : character === "x" ? "y" : "x"
  // A host stays a host and a number a number, so that it is not refused for its form alone.
  url.searchParams.set(name, value.replace(/[A-Za-z0-9](?=[^A-Za-z0-9]*$)/, swap))
  return new Request(url, request)
}
