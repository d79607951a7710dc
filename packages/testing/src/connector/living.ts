import { type AuthMethod, type Connection, isHoldfastError, type TokenAccess } from "@holdfast/core"
import { describe, expect } from "vitest"
import type { MethodExample } from "./examples.js"
import type { ProviderEmulator } from "./provider-emulator.js"
import type { SuiteContext } from "./suite-context.js"
import { connect } from "./walk.js"
import { expectCode, type World } from "./world.js"

const callers = 20
const dayMs = 86_400_000

/** What becomes of a connection: refreshed, troubled, withdrawn, disconnected. */
export function livingSuite<E extends ProviderEmulator>(suite: SuiteContext<E>): void {
  for (const method of suite.connector.methods) {
    const example = suite.examples.methods[method.id]
    if (!example) continue
    const options = { method: method.id }

    describe(`living on ${method.id}`, () => {
      suite.test("is healthy: token, API and permissions", async (world) => {
        const report = await (await connect(world, example, options)).check()
        world.canary.look("health report", report)
        expect(report.parts.map(({ name }) => name)).toEqual(expect.arrayContaining(["token", "api", "permissions"]))
        expect(report.parts.filter(({ ok }) => !ok)).toEqual([])
        expect(report).toMatchObject({ ok: true, status: "active", missingScopes: [] })
      })

      suite.test(
        `refreshes once for ${callers} callers when the token has ended, and keeps the account`,
        async (world) => {
          const connection = await connect(world, example, options)
          const before = await connection.info()
          const ending = Object.entries(before.slots).flatMap(([slot, { expiresAt }]) =>
            typeof expiresAt === "number" ? [{ slot, expiresAt }] : [],
          )
          if (ending.length === 0) {
            await staysAlive(world, connection)
            return
          }
          const oldSecrets = await Promise.all(ending.map(({ slot }) => connection.unsafe.secret(slot)))
          const last = Math.max(...ending.map(({ expiresAt }) => expiresAt))
          world.emulator.clock.advance(last - world.emulator.clock.now() + 1_000)
          for (const [index, { slot }] of ending.entries()) {
            const issuedBefore = issued(world)
            await Promise.all(Array.from({ length: callers }, () => use(connection, slot)))
            await world.guardSecrets(connection)
            expect(issued(world) - issuedBefore, `tokens issued for ${slot}`).toBe(1)
            expect(await connection.unsafe.secret(slot)).not.toEqual(oldSecrets[index])
          }
          expect(world.emulator.counters.refreshes.mostForOne, "no refresh token was shown twice").toBeLessThan(2)
          expect(await connection.info()).toMatchObject({ id: before.id, account: before.account, status: "active" })
        },
      )

      suite.test("outlives trouble at the provider: it is never dead by guess", async (world) => {
        const connection = await connect(world, example, options)
        const { faults } = world.emulator
        if (!faults) return
        world.emulator.clock.advance(61_000)
        for (const fault of [{ kind: "status", status: 503 }, { kind: "html" }] as const) {
          faults.next({ on: "*", fault, times: "always" })
          const report = await connection.check()
          world.canary.look("health report", report)
          faults.clear()
          expect(
            report.parts.filter(({ name, ok }) => name !== "permissions" && ok),
            JSON.stringify(fault),
          ).toEqual([])
          expect((await connection.info()).status, JSON.stringify(fault)).not.toBe("needs_reauth")
        }
        expect((await connection.check()).ok, "and is well again afterwards").toBe(true)
      })

      suite.testUnless(
        "withdrawn_grant",
        "needs authorising again when the grant was withdrawn, and can be taken away",
        async (world) => {
          const connection = await connect(world, example, options)
          world.emulator.clock.advance(61_000)
          await withdraw(world, example, method)
          const report = await connection.check()
          world.canary.look("health report", report)
          expect(report.ok).toBe(false)
          const [operation] = operationsThrough(suite, method.id)
          if (operation) {
            const [name, { parameters }] = operation
            expectCode(await world.refusal(() => connection.run(name, parameters)), "reauth_required")
          }
          expect(await connection.info()).toMatchObject({ status: "needs_reauth", actor: "end_user" })
          // A provider that no longer knows the grant does not keep a dead connection from being taken away.
          const { revocation } = await connection.disconnect()
          expect(revocation).toBe(method.revoke ? "revoked" : "unsupported")
          expect(await world.mine.list()).toEqual([])
        },
      )

      suite.test("is gone after disconnecting, here and at the provider", async (world) => {
        const connection = await connect(world, example, options)
        const { id } = await connection.info()
        const { revocation } = await connection.disconnect()
        expect(revocation).toBe(method.revoke ? "revoked" : "unsupported")
        if (method.revoke)
          expect(await alive(world, example), "what was granted still lives at the provider").toBe(false)
        expect(await world.mine.list()).toEqual([])
        await world.settle()
        expectCode(await world.refusal(() => world.mine.connection(id).info()), "not_found")
        expect(await world.store.connections.get(id), "nothing is left in the store").toBeUndefined()
      })
    })
  }
}

/** Operations whose example may run through this method: those that name it, or no other. */
function operationsThrough<E extends ProviderEmulator>(suite: SuiteContext<E>, id: string) {
  const examples: Readonly<Record<string, { readonly method?: string; readonly parameters?: unknown }>> =
    suite.examples.operations
  return Object.entries(examples).filter(([, { method }]) => method === undefined || method === id)
}

/** Something that needs a live credential of a slot, of any kind. */
async function use(connection: Connection, slot: string): Promise<unknown> {
  const { accessToken } = connection as Connection & Partial<TokenAccess>
  try {
    if (accessToken) return await accessToken({ as: slot })
  } catch (error) {
    // Secrets of this method are no bearer string.
    if (!isHoldfastError(error, "operation_unknown")) throw error
  }
  const { ok, parts } = await connection.check()
  if (!ok) throw new Error(`the connection is not well: ${JSON.stringify(parts)}`)
  return parts
}

async function staysAlive(world: World, connection: Connection): Promise<void> {
  const { slots } = await connection.info()
  for (const { expiresAt } of Object.values(slots)) expect(["never", "unknown"]).toContain(expiresAt)
  world.emulator.clock.advance(400 * dayMs)
  await world.holdfast.scheduler.tick()
  expect(await connection.info()).toMatchObject({ status: "active" })
  expect((await connection.check()).ok).toBe(true)
}

function issued({ emulator }: World): number {
  return Object.values(emulator.counters.tokensIssued).reduce((sum, count) => sum + count, 0)
}

async function withdraw<E extends ProviderEmulator>(
  { emulator }: World<E>,
  example: MethodExample<E>,
  { id }: AuthMethod,
): Promise<void> {
  if (example.withdraw) return await example.withdraw(emulator)
  const servers = Object.values(emulator.authorizationServers ?? {})
  const withdrawn = servers.flatMap((server) => server.grants().map((grant) => server.revokeGrant(grant.id)))
  if (!withdrawn.includes(true))
    throw new Error(`the example of "${id}" needs \`withdraw\`: the emulator has no grant to revoke`)
}

async function alive<E extends ProviderEmulator>({ emulator }: World<E>, example: MethodExample<E>): Promise<boolean> {
  if (example.alive) return await example.alive(emulator)
  return Object.values(emulator.authorizationServers ?? {})
    .flatMap((server) => server.grants())
    .some(({ revokedAt, live }) => revokedAt === undefined && live.accessTokens + live.refreshTokens > 0)
}
