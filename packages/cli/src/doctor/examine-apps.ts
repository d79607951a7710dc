import type { Holdfast } from "@holdfast/core"

/** How the app registration of one connector is. */
export interface AppFinding {
  readonly connector: string
  readonly source: "tenant" | "options" | "environment" | "none"
  readonly clientId?: string
  /** What must be registered at the provider, letter by letter. */
  readonly redirectUri: string
  readonly webhookUrl?: string
  /** The provider's console. */
  readonly setupUrl: string
  /** Names of required fields that are not set. */
  readonly missing: readonly string[]
  /** What somebody has to do about it. */
  readonly problem?: string
}

/**
 * The apps that code, the environment and, where one is named, a tenant have configured. Without a tenant, a connector that has none is no
 * problem: tenants may save their own.
 */
export async function examineApps(holdfast: Holdfast, tenant: string | undefined): Promise<readonly AppFinding[]> {
  const views = await holdfast.apps.list({ tenantId: tenant ?? "holdfast-doctor", admin: true })
  return views.map(({ connector, source, clientId, fields, redirectUri, webhookUrl }) => {
    const described = holdfast.connectorOf(connector)
    const missing = fields.filter(({ required, isSet }) => required && !isSet).map(({ name }) => name)
    // Where another method needs no app, people can connect all the same.
    const canDoWithout = described.methods.some(({ needsApp }) => !needsApp)
    const isProblem = tenant !== undefined && source === "none" && !canDoWithout
    return {
      connector,
      source,
      ...(clientId !== undefined && { clientId }),
      redirectUri,
      ...(webhookUrl !== undefined && { webhookUrl }),
      setupUrl: described.setup.url,
      missing,
      ...(isProblem && { problem: `Nobody of this tenant can connect ${described.name}: no app is configured.` }),
    }
  })
}
