import { HoldfastError } from "../errors.js"
import type { Runtime } from "../runtime.js"
import type { TokenStore } from "../store.js"
import type { Vault } from "../vault.js"
import type { AppFields } from "./app-sources.js"

/** What a tenant saved for a connector or vendor: the registration in use, and those before, since connections are pinned to them. */
export interface SavedApp {
  /** Versions of one identity, newest secret first; two at most. */
  readonly current: readonly AppFields[]
  readonly earlier: readonly (readonly AppFields[])[]
  readonly redirectUri?: string
}

export interface SavedApps {
  read(tenantId: string, scope: string): Promise<SavedApp | undefined>
  write(tenantId: string, scope: string, fields: AppFields, identity: string): Promise<void>
  remove(tenantId: string, scope: string): Promise<void>
  /** Which tenant an app id in a webhook address belongs to. */
  tenantOf(appId: string): Promise<string | undefined>
  remember(appId: string, tenantId: string): Promise<void>
}

const maxEarlier = 5

/** Registrations as sealed documents. */
export function createSavedApps({
  runtime,
  store,
  vault,
}: {
  runtime: Runtime
  store: TokenStore
  vault: Vault
}): SavedApps {
  const keyOf = async (tenantId: string, scope: string) =>
    `app:${await runtime.digest(JSON.stringify([tenantId, scope]))}`
  const ownerKey = async (appId: string) => `app-tenant:${await runtime.digest(appId)}`

  async function readAt(key: string): Promise<{ app: SavedApp; version: number } | undefined> {
    const document = await store.documents.get(key)
    return (
      document && { app: (await vault.openDocument("app", key, document.value)) as SavedApp, version: document.version }
    )
  }

  return {
    read: async (tenantId, scope) => (await readAt(await keyOf(tenantId, scope)))?.app,
    async write(tenantId, scope, fields, identity) {
      const key = await keyOf(tenantId, scope)
      for (let tries = 0; tries < 8; tries++) {
        const stored = await readAt(key)
        const value = await vault.sealDocument("app", key, withNewest(stored?.app, fields, identity))
        if ((await store.documents.put({ key, value, expiresAt: null }, stored?.version ?? 0)) !== undefined) return
      }
      throw new HoldfastError("store_conflict")
    },
    remove: async (tenantId, scope) => store.documents.delete(await keyOf(tenantId, scope)),
    async tenantOf(appId) {
      const key = await ownerKey(appId)
      const document = await store.documents.get(key)
      return document && ((await vault.openDocument("app-tenant", key, document.value)) as string)
    },
    async remember(appId, tenantId) {
      const key = await ownerKey(appId)
      const document = await store.documents.get(key)
      await store.documents.put(
        { key, value: await vault.sealDocument("app-tenant", key, tenantId), expiresAt: null },
        document?.version ?? 0,
      )
    },
  }
}

function withNewest(before: SavedApp | undefined, fields: AppFields, identity: string): SavedApp {
  const groups = before ? [before.current, ...before.earlier] : []
  const same = groups.find((versions) => versions[0]?.[identity] === fields[identity]) ?? []
  const others = groups.filter((versions) => versions !== same && versions[0]?.[identity] !== fields[identity])
  const previous = same.filter((version) => JSON.stringify(version) !== JSON.stringify(fields)).slice(0, 1)
  return { current: [fields, ...previous], earlier: others.slice(0, maxEarlier) }
}
