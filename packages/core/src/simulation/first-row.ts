import type { ConnectionRow } from "../store.js"
import { createVault } from "../vault.js"
import { appId, keysOf } from "./simulated-process.js"
import type { ProviderHabits } from "./simulated-provider.js"
import { plainCipher } from "./simulated-runtime.js"
import type { World } from "./world.js"

/** A connection as it stands when it has just been made. */
export async function firstRow(
  world: World,
  id: string,
  habits: ProviderHabits,
  tokens: { accessToken: string; refreshToken: string },
): Promise<Omit<ConnectionRow, "number" | "version">> {
  const vault = createVault({ keyring: keysOf(["k1"]), cipher: plainCipher })
  const now = world.now()
  const clock = { issuedAt: now, expiresAt: now + habits.accessTokenSeconds * 1_000, rotation: habits.rotation }
  return {
    id,
    tenantId: `tenant of ${id}`,
    userId: null,
    connector: "acme",
    method: id,
    appId,
    accountKey: id,
    alias: null,
    keyId: "k1",
    status: "active",
    dueAt: now,
    generation: 1,
    lease: null,
    intents: {},
    spares: {},
    sealed: { main: await vault.sealSlot({ tenantId: `tenant of ${id}`, id }, "main", 1, tokens) },
    detail: {
      name: id,
      account: { id, label: id },
      slots: {
        main: {
          clock,
          granted: null,
          status: "active",
          reason: null,
          providerCode: null,
          generation: 1,
          writtenBy: "start",
          retryAt: null,
          failures: 0,
        },
      },
      createdAt: now,
      createdBy: null,
      requested: [],
      pendingEvents: [],
      attemptId: "start",
    },
  }
}
