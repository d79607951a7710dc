import { virtualTime } from "../call/test-support.js"
import { systemCipher } from "../cipher-system.js"
import { keyring } from "../keyring.js"
import { silentLogger } from "../logger.js"
import { base64url, systemRuntime } from "../runtime.js"
import type { ConnectionRow, SlotDetail, TokenStore } from "../store.js"
import { translatingStore } from "../translating-store.js"
import { createVault } from "../vault.js"
import { rotateKeys } from "./rotate-keys.js"
import { verifyKeys } from "./verify-keys.js"
import type { KeyWalkDependencies } from "./walk.js"

export const entry = (id: string, fill: number) => `${id}:${base64url(new Uint8Array(32).fill(fill))}`
export const [k1, k2, k3] = [entry("k1", 1), entry("k2", 2), entry("k3", 3)]

export const vaultOf = (...keys: string[]) =>
  createVault({ keyring: keyring(keys.join(",")), cipher: systemCipher(), openLimit: 0 })

/** A process with these keys on a store. */
export function processOf(store: TokenStore, keys: readonly string[], more: Partial<KeyWalkDependencies> = {}) {
  const time = virtualTime()
  const ring = keyring(keys.join(","))
  const deps: KeyWalkDependencies = {
    runtime: systemRuntime({ clock: time.clock, timers: time.timers }),
    store: translatingStore(store),
    keyring: ring,
    vault: createVault({ keyring: ring, cipher: systemCipher(), openLimit: 0 }),
    journal: undefined,
    log: silentLogger,
    closing: new AbortController().signal,
    ...more,
  }
  return {
    time,
    rotate: (options: Parameters<typeof rotateKeys>[1] = {}) => time.settle(rotateKeys(deps, options)),
    verify: (options: Parameters<typeof verifyKeys>[1] = {}) => time.settle(verifyKeys(deps, options)),
  }
}

export const secretOf = (id: string, slot = "main") => ({ accessToken: `token of ${slot} of ${id}` })

/** A row whose slots are sealed with the first of `keys`; those of `with` with others. */
export async function sealedRow(
  id: string,
  keys: readonly string[],
  more: Partial<ConnectionRow> & { readonly slots?: readonly string[] } = {},
): Promise<Omit<ConnectionRow, "number" | "version">> {
  const { slots = ["main"], ...overrides } = more
  const vault = vaultOf(...keys)
  const place = { id, tenantId: "acme" }
  const generations = slots.map((slot, at) => [slot, at + 3] as const)
  const sealed = await Promise.all(
    generations.map(async ([slot, at]) => [slot, await vault.sealSlot(place, slot, at, secretOf(id, slot))]),
  )
  return {
    ...place,
    userId: "ann",
    connector: "acme",
    method: "oauth",
    appId: "acme:1",
    accountKey: `account of ${id}`,
    alias: null,
    keyId: vault.keyId,
    status: "active",
    dueAt: null,
    generation: 7,
    lease: null,
    intents: {},
    sealed: Object.fromEntries(sealed),
    spares: {},
    detail: {
      name: id,
      account: { id: `account of ${id}`, label: id },
      slots: Object.fromEntries(generations.map(([slot, generation]) => [slot, slotDetail(generation)])),
      createdAt: 1_000,
      createdBy: "ann",
      requested: [],
      pendingEvents: [],
      attemptId: "att_1",
    },
    ...overrides,
  }
}

/** As many rows, sealed with the first of `keys`. */
export async function fill(store: TokenStore, count: number, keys: readonly string[]): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, at) => `conn_${String(at).padStart(5, "0")}`)
  for (const id of ids) await store.connections.insert(await sealedRow(id, keys))
  return ids
}

function slotDetail(generation: number): SlotDetail {
  return {
    clock: { issuedAt: 1_000, expiresAt: 3_601_000, rotation: "single-use" },
    granted: null,
    status: "active",
    reason: null,
    providerCode: null,
    generation,
    writtenBy: "att_1",
    retryAt: null,
    failures: 0,
  }
}
