import {
  type AttemptView,
  type Connection,
  type Connector,
  createHoldfast,
  type ErrorCode,
  type Holdfast,
  type HoldfastError,
  isHoldfastError,
  keyring,
  type Logger,
  memoryStore,
  type Owner,
  type OwnerScope,
  type TokenStore,
} from "@holdfast/core"
import { expect } from "vitest"
import { type Canary, createCanary } from "../canary.js"
import { textOf } from "../canary-text.js"
import type { ConnectorExamples } from "./examples.js"
import type { ProviderEmulator } from "./provider-emulator.js"
import { watchingStore } from "./watching-store.js"

/** The mount that the suite gives to Holdfast. The redirect URI of a connector is `{suiteUrl}/oauth/callback/{id}`. */
export const suiteUrl = "https://app.example.com/api/integrations"

export const owner: Owner = { tenantId: "tenant-1", userId: "user-1" }

/** What one test works in: a fresh emulator, and a real Holdfast that reaches nothing else. */
export interface World<E extends ProviderEmulator = ProviderEmulator> {
  readonly emulator: E
  readonly connector: Connector
  readonly holdfast: Holdfast
  readonly mine: OwnerScope
  readonly store: TokenStore
  readonly canary: Canary
  /** What was logged as a warning or an error. */
  readonly warnings: readonly string[]
  /** Runs what must fail, and answers the error, after the canary has seen it. */
  refusal(work: () => Promise<unknown>): Promise<HoldfastError>
  /** Notes what an attempt shows to the public. */
  saw(view: AttemptView): AttemptView
  /** Watches for a connection's secrets from now on. */
  guardSecrets(connection: Connection): Promise<void>
  /** Lets background work come to rest. */
  settle(): Promise<void>
}

type AnyExamples<E extends ProviderEmulator> = Pick<
  ConnectorExamples<Connector, E, unknown>,
  "emulator" | "app" | "close"
>

/** Runs a test in a world of its own, and then asks the canary whether anything leaked. */
export async function inWorld<E extends ProviderEmulator>(
  factory: (options?: never) => Connector,
  examples: AnyExamples<E>,
  test: (world: World<E>) => Promise<void>,
): Promise<void> {
  const { id } = factory()
  const emulator = await examples.emulator({ redirectUri: `${suiteUrl}/oauth/callback/${id}` })
  try {
    const world = await createWorld(factory, examples, emulator)
    try {
      await test(world)
      await world.settle()
    } catch (error) {
      // What was logged often says why; a suite has no console to say it on.
      if (error instanceof Error && world.warnings.length > 0) error.message += `\nlogged: ${world.warnings.join("\n")}`
      throw error
    } finally {
      await world.holdfast.close()
    }
    expect(world.canary.found(), "secrets that came to light").toEqual([])
  } finally {
    await examples.close?.(emulator)
  }
}

async function createWorld<E extends ProviderEmulator>(
  factory: (options?: never) => Connector,
  { app }: AnyExamples<E>,
  emulator: E,
): Promise<World<E>> {
  const options = typeof app === "function" ? await (app as (emulator: E) => unknown)(emulator) : app
  const connector = factory(options as never)
  const canary = createCanary()
  for (const { name, secret } of connector.app?.fields ?? []) {
    const value = connector.options?.[name]
    if (secret && value !== undefined && value.length >= 8) canary.watch(value, `app ${name}`)
  }
  const warnings: string[] = []
  const { logger } = canary
  const warn =
    (level: "warn" | "error"): Logger["warn"] =>
    (message, fields) => {
      logger[level](message, fields)
      warnings.push(fields ? `${message} ${textOf(fields).replaceAll("\n", " ").slice(0, 500)}` : message)
    }
  const store = watchingStore(memoryStore({ now: () => emulator.clock.now() }), canary)
  const holdfast = createHoldfast({
    url: suiteUrl,
    connectors: [connector],
    store,
    keys: keyring(`suite:${"A".repeat(43)}`),
    env: {},
    logger: { ...logger, warn: warn("warn"), error: warn("error") },
    guard: async () => {},
    runtime: {
      clock: { now: () => emulator.clock.now(), monotonic: () => performance.now() },
      fetch: (request) => emulator.fetch(request),
    },
  })
  holdfast.onLifecycle((event) => canary.look("lifecycle event", event))

  return {
    emulator,
    connector,
    holdfast,
    mine: holdfast.for(owner),
    store,
    canary,
    warnings,
    async refusal(work) {
      const error = await work().then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      canary.look("error", error)
      if (isHoldfastError(error)) return error
      throw error === undefined
        ? new Error("a refusal was expected, but it went through")
        : new Error("an error escaped that is no HoldfastError", { cause: error })
    },
    saw(view) {
      canary.look("attempt view", view)
      return view
    },
    async guardSecrets(connection) {
      const info = await connection.info()
      canary.look("connection info", info)
      const shown = JSON.stringify([info.account, info.name])
      for (const slot of Object.keys(info.slots)) {
        for (const leaf of leavesOf(await connection.unsafe.secret(slot))) {
          // A user name or a site is part of the credential, and no secret.
          if (leaf.length >= 12 && !shown.includes(leaf)) canary.watch(leaf, `secret of ${slot}`)
        }
      }
    },
    async settle() {
      for (let round = 0; round < 3; round++) await holdfast.scheduler.tick()
      // Webhooks are asked for in the background, a request at a time.
      for (let round = 0; round < 100 && (await isSubscribing(store)); round++) await aTurnOfTheLoop()
    },
  }
}

async function isSubscribing(store: TokenStore): Promise<boolean> {
  const rows = await store.connections.list({ limit: 100 })
  return rows.some(({ detail, status }) => detail.webhooks?.state === "wanted" && status !== "disconnecting")
}

function aTurnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve))
}

function leavesOf(value: unknown): string[] {
  if (typeof value === "string") return [value]
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(leavesOf) : []
}

/** What a code must be, shown with the message where it is another one. */
export function expectCode(error: HoldfastError, code: ErrorCode): void {
  expect(error.code, error.message).toBe(code)
}
