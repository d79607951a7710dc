import type { Apps, AppView } from "../apps.js"
import type { Connector } from "../connector.js"
import type { App } from "../context.js"
import { HoldfastError } from "../errors.js"
import type { Owner } from "../owner.js"
import type { Runtime } from "../runtime.js"
import type { TokenStore } from "../store.js"
import type { Vault } from "../vault.js"
import {
  type AppFields,
  type Environment,
  environmentName,
  fromEnvironment,
  identityField,
  isWhole,
} from "./app-sources.js"
import { createSavedApps, type SavedApp } from "./saved-apps.js"

export interface AppsDependencies {
  readonly url: string
  readonly runtime: Runtime
  readonly store: TokenStore
  readonly vault: Vault
  readonly env: () => Environment
  readonly connectorOf: (id: string) => Connector
  readonly connectors: readonly Connector[]
  /** Whether the one shared redirect URI is the default. */
  readonly sharedRedirectUri: boolean
}

interface Source {
  readonly source: AppView["source"]
  readonly versions: readonly AppFields[]
  readonly tenantId: string | null
  readonly redirectUri?: string | undefined
  readonly savedFor?: AppView["savedFor"]
}

/** App registrations over documents, options and the environment. */
export function createApps(dependencies: AppsDependencies): Apps {
  const { url, runtime, connectorOf, env } = dependencies
  const saved = createSavedApps(dependencies)

  /** Best first. Nothing is remembered between calls: a secret saved now counts now. */
  async function sources(tenantId: string | null, connector: Connector): Promise<Source[]> {
    return [...(await savedSources(tenantId, connector)), ...codeSources(connector)]
  }

  async function savedSources(tenantId: string | null, connector: Connector): Promise<Source[]> {
    const found: Source[] = []
    for (const savedFor of tenantId === null ? [] : (["connector", "vendor"] as const)) {
      const app: SavedApp | undefined = await saved.read(tenantId as string, scopeOf(connector, savedFor))
      for (const versions of app ? [app.current, ...app.earlier] : [])
        found.push({ source: "tenant", versions, tenantId, redirectUri: app?.redirectUri, savedFor })
    }
    return found.filter((source) => source.versions.some((fields) => isWhole(connector, fields)))
  }

  /** What code and the environment say: read without the store. */
  function codeSources(connector: Connector): Source[] {
    const found: Source[] = []
    if (connector.options && isWhole(connector, connector.options))
      found.push({ source: "options", versions: [connector.options], tenantId: null })
    for (const prefix of new Set([connector.id, connector.vendor])) {
      const versions = fromEnvironment(connector, prefix, env())
      const redirectUri = env()[`${environmentName(prefix)}_REDIRECT_URI`]
      if (versions.length > 0) found.push({ source: "environment", versions, tenantId: null, redirectUri })
    }
    return found.filter((source) => source.versions.some((fields) => isWhole(connector, fields)))
  }

  async function appsOf(connector: Connector, { versions, tenantId, redirectUri }: Source): Promise<App[]> {
    const suffix = tenantId === null ? "" : `~${(await runtime.digest(`tenant ${tenantId}`)).slice(0, 16)}`
    return versions.map((fields) => {
      const clientId = fields[identityField(connector)] ?? ""
      return Object.freeze({
        id: `${connector.vendor}:${clientId}${suffix}`,
        clientId,
        fields,
        tenantId,
        ...(redirectUri && { redirectUri }),
      })
    })
  }

  const defaultRedirectUri = (connector: Connector) => {
    const chosen = connector.methods.some((method) => method.facts.hostIsChosen)
    return dependencies.sharedRedirectUri && !chosen ? `${url}/oauth/callback` : `${url}/oauth/callback/${connector.id}`
  }

  async function redirectUri(tenantId: string, id: string, fallback?: string): Promise<string> {
    const connector = connectorOf(id)
    const [first] = connector.app ? await sources(tenantId, connector) : []
    const told = first?.redirectUri ?? env()[`${environmentName(connector.id)}_REDIRECT_URI`]
    return told ?? fallback ?? defaultRedirectUri(connector)
  }

  async function viewOf(tenantId: string, connector: Connector): Promise<AppView> {
    const [first] = await sources(tenantId, connector)
    const fields = first?.versions[0] ?? {}
    const [app] = first ? await appsOf(connector, first) : []
    return {
      connector: connector.id,
      vendor: connector.vendor,
      source: first?.source ?? "none",
      ...(first?.savedFor && { savedFor: first.savedFor }),
      clientId: app?.clientId,
      fields: (connector.app?.fields ?? []).map((field) => ({
        name: field.name,
        label: field.label,
        secret: field.secret,
        required: field.required !== false,
        ...(field.help && { help: field.help }),
        ...(!field.secret && fields[field.name] !== undefined && { value: fields[field.name] as string }),
        isSet: fields[field.name] !== undefined,
      })),
      redirectUri: await redirectUri(tenantId, connector.id),
      webhookUrl:
        connector.webhooks?.verify && app
          ? `${url}/webhooks/${connector.id}/${encodeURIComponent(keyOf(app))}`
          : undefined,
    }
  }

  return {
    redirectUri,
    keyOf,
    async resolve(tenantId, id) {
      const connector = connectorOf(id)
      const [first] = await sources(tenantId, connector)
      const [app] = first ? await appsOf(connector, first) : []
      if (app) return app
      const uri = await redirectUri(tenantId, id)
      const prefix = environmentName(connector.id)
      const message = `OAuth configuration missing for ${connector.name}. Register ${uri} as redirect URI at ${connector.setup.url}, then save the app, pass it to the connector, or set ${prefix}_${environmentName(identityField(connector))}.`
      throw new HoldfastError("app_not_configured", message, { details: { connector: connector.id, redirectUri: uri } })
    },
    async versions(tenantId, id, appId) {
      const connector = connectorOf(id)
      const expand = async (found: Source[]) =>
        (await Promise.all(found.map((source) => appsOf(connector, source)))).flat()
      const exact = (apps: App[]) => apps.filter((app) => app.id === appId)
      // An app that no tenant saved is found without asking the store.
      const fromCode = isSaved(appId) ? [] : exact(await expand(codeSources(connector)))
      if (fromCode.length > 0) return fromCode
      const apps = await expand(await sources(tenantId, connector))
      // The same registration may have moved, say from the environment to the tenant's settings.
      const moved = apps.filter((app) => app.clientId === clientIdOf(appId))
      return exact(apps).length > 0 ? exact(apps) : moved
    },
    async byKey(id, appKey) {
      const connector = connectorOf(id)
      const tenantId = appKey.includes("~") ? await saved.tenantOf(`${connector.vendor}:${appKey}`) : null
      if (tenantId === undefined) return []
      const apps = (
        await Promise.all((await sources(tenantId, connector)).map((source) => appsOf(connector, source)))
      ).flat()
      return apps.filter((app) => app.id === `${connector.vendor}:${appKey}`)
    },
    async list(owner) {
      refuseNonAdmin(owner)
      return await Promise.all(
        dependencies.connectors
          .filter((connector) => connector.app)
          .map((connector) => viewOf(owner.tenantId, connector)),
      )
    },
    async save(owner, id, fields, options = {}) {
      refuseNonAdmin(owner)
      const connector = connectorOf(id)
      if (!connector.app) throw new HoldfastError("input_invalid", `${connector.name} needs no app registration.`)
      const scope = scopeOf(connector, options.for)
      const before = await saved.read(owner.tenantId, scope)
      const complete = keepSecrets(connector, fields, before?.current[0])
      const parsed = connector.app.schema.safeParse(complete)
      if (!parsed.success) {
        throw new HoldfastError("input_invalid", "The app registration is not complete.", {
          details: { fields: parsed.error.issues.map((issue) => issue.path.join(".")) },
        })
      }
      const known = new Set(connector.app.fields.map((field) => field.name))
      const clean = Object.fromEntries(Object.entries(complete).filter(([name]) => known.has(name)))
      await saved.write(owner.tenantId, scope, clean, identityField(connector))
      const view = await viewOf(owner.tenantId, connector)
      for (const app of await appsOf(connector, { source: "tenant", versions: [clean], tenantId: owner.tenantId }))
        await saved.remember(app.id, owner.tenantId)
      return view
    },
    async remove(owner, id, options = {}) {
      refuseNonAdmin(owner)
      await saved.remove(owner.tenantId, scopeOf(connectorOf(id), options.for))
    },
  }
}

/** What a saved app is named by: one connector, or all of its vendor. */
function scopeOf({ id, vendor }: Connector, savedFor: AppView["savedFor"]): string {
  return savedFor === "vendor" ? `vendor ${vendor}` : id
}

function keyOf(app: App): string {
  return app.id.slice(app.id.indexOf(":") + 1)
}

const savedSuffix = /~[A-Za-z0-9_-]{16}$/

/** Whether a tenant saved it: its id then ends in a digest of the tenant, so that nobody can pass off an app of the same client id. */
function isSaved(appId: string): boolean {
  return savedSuffix.test(appId)
}

function clientIdOf(appId: string): string {
  return appId.slice(appId.indexOf(":") + 1).replace(savedSuffix, "")
}

/** A secret field left empty keeps what is stored, if the app is still the same one. */
function keepSecrets(connector: Connector, fields: AppFields, before: AppFields | undefined): Record<string, string> {
  const given = Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => typeof value === "string" && value.trim() !== "")
      .map(([name, value]) => [name, value.trim()]),
  )
  const identity = identityField(connector)
  const same = before !== undefined && (given[identity] ?? before[identity]) === before[identity]
  return same ? { ...before, ...given } : given
}

function refuseNonAdmin(owner: Owner): void {
  if (!owner.admin)
    throw new HoldfastError("forbidden", "Only an admin of the tenant may see or change app registrations.")
}
