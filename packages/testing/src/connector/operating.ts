import type { Connection, OperationMap } from "@holdfast/core"
import { describe, expect } from "vitest"
import type { OperationExample } from "./examples.js"
import type { ProviderEmulator } from "./provider-emulator.js"
import type { SuiteContext } from "./suite-context.js"
import { connect } from "./walk.js"
import { expectCode, type World } from "./world.js"

/** Every operation against the emulator, every refusal of the examples, and what is asked for without permission. */
export function operatingSuite<E extends ProviderEmulator>(suite: SuiteContext<E>): void {
  const { connector, examples } = suite
  const operations: OperationMap = connector.operations
  const exampleOf = (name: string) => (examples.operations as Readonly<Record<string, AnyExample<E>>>)[name]

  for (const [name, operation] of Object.entries(operations)) {
    describe(`operation ${name}`, () => {
      suite.test("answers what its schema promises", async (world) => {
        const example = exampleOf(name)
        if (!example) throw new Error(`examples.operations has nothing for "${name}"`)
        const { connection } = await connected(suite, world, example.method)
        await example.arrange?.(world.emulator)
        const answer = await connection.run(name, example.parameters)
        expect(operation.output.safeParse(answer).error).toBeUndefined()
        if (example.answer !== undefined) expect(answer).toMatchObject(example.answer as object)
        await example.verify?.(answer, world.emulator)
        expect(await connection.info()).toMatchObject({ status: "active" })
      })

      const { pages } = operation
      if (pages) {
        suite.test("lists page by page, five of them at most", async (world) => {
          const example = exampleOf(name)
          const { connection } = await connected(suite, world, example?.method)
          await example?.arrange?.(world.emulator)
          const first = pages.items((await connection.run(name, example?.parameters)) as never)
          const before = world.emulator.counters.requests
          const items: unknown[] = []
          for await (const item of connection.paginate(name, example?.parameters, { maxPages: 5 })) items.push(item)
          expect(items.length).toBeGreaterThanOrEqual(first.length)
          expect(items.slice(0, first.length)).toEqual(first)
          expect(world.emulator.counters.requests).toBeGreaterThan(before)
        })
      }

      suite.test("refuses other parameters before anything is sent", async (world) => {
        const { connection } = await connected(suite, world, exampleOf(name)?.method)
        const { requests } = world.emulator.counters
        expectCode(await world.refusal(() => connection.run(name, "no parameters at all")), "input_invalid")
        expect(world.emulator.counters.requests).toBe(requests)
      })

      if (operation.scopes.length > 0) {
        suite.testUnless(
          "scope_missing",
          "says which permission is missing, before anything is sent",
          async (world) => {
            const { connection } = await connected(suite, world, exampleOf(name)?.method, operation.scopes)
            const { ok, missingScopes } = await connection.can(name)
            expect(ok).toBe(false)
            const { requests } = world.emulator.counters
            const error = await world.refusal(() => connection.run(name, exampleOf(name)?.parameters))
            expectCode(error, "scope_missing")
            expect(error.details.missingScopes).toEqual(missingScopes)
            expect(world.emulator.counters.requests).toBe(requests)
            expect(await connection.info()).toMatchObject({ status: "active" })
          },
        )
      }
    })
  }

  describe("refusals of the provider", () => {
    for (const example of examples.errors as readonly AnyError<E>[]) {
      suite.test(`are ${example.code} when ${example.when}`, async (world) => {
        const { connection } = await connected(suite, world, example.method)
        await example.arrange?.(world.emulator)
        const error = await world.refusal(() => connection.run(example.operation, example.parameters))
        expectCode(error, example.code)
        expect(error.details.providerCode).toBe(example.providerCode)
        expect(error.details).toMatchObject({ connector: connector.id, operation: example.operation })
      })
    }

    suite.testUnless(
      "unknown_error",
      "are provider_rejected when nobody has heard of them, and kill nothing",
      async (world) => {
        const { connection } = await connected(suite, world)
        const [name = ""] = Object.keys(operations)
        await exampleOf(name)?.arrange?.(world.emulator)
        if (examples.unknownError) examples.unknownError(world.emulator)
        else {
          const body = { error: "holdfast_unheard_of" }
          world.emulator.faults?.next({ on: "*", fault: { kind: "status", status: 400, body } })
        }
        const error = await world.refusal(() => connection.run(name, exampleOf(name)?.parameters))
        expectCode(error, "provider_rejected")
        expect(error.details.providerCode).toBe("holdfast_unheard_of")
        expect(await connection.info()).toMatchObject({ status: "active" })
      },
    )
  })
}

type AnyExample<E extends ProviderEmulator> = Omit<
  OperationExample<never, never, E>,
  "verify" | "parameters" | "answer"
> & {
  readonly parameters?: unknown
  readonly answer?: unknown
  verify?(answer: unknown, emulator: E): void | Promise<void>
}

interface AnyError<E extends ProviderEmulator> {
  readonly when: string
  readonly operation: string
  readonly parameters?: unknown
  readonly method?: string
  readonly code: Parameters<typeof expectCode>[1]
  readonly providerCode?: string
  arrange?(emulator: E): void | Promise<void>
}

/** A connection through a method, with all its scopes, or with all but some. */
async function connected<E extends ProviderEmulator>(
  suite: SuiteContext<E>,
  world: World<E>,
  method?: string,
  without: readonly string[] = [],
): Promise<{ connection: Connection }> {
  const { id, example } = suite.method(method)
  if (without.length === 0) return { connection: await connect(world, example, { method: id }) }
  const all = example.scopes ?? suite.connector.methods.find((one) => one.id === id)?.facts.scopes ?? []
  const missing = new Set(without.flatMap((entry) => entry.split("|")))
  const scopes = all.filter((scope) => !missing.has(scope))
  const connection = await connect(world, example, { method: id, scopes, approve: { ...example.approve, scopes } })
  return { connection }
}
