import type { AppDescription } from "./connector.js"
import type { App } from "./context.js"
import type { Owner } from "./owner.js"

/** A registration as an admin may see it: secrets are only said to be there. */
export interface AppView {
  readonly connector: string
  readonly vendor: string
  /** Where it comes from; `none`: nothing is configured. */
  readonly source: "tenant" | "options" | "environment" | "none"
  /** Of one that the tenant saved: for this connector alone, or for all of its vendor. */
  readonly savedFor?: "connector" | "vendor"
  readonly clientId: string | undefined
  readonly fields: readonly {
    readonly name: string
    readonly label: string
    readonly secret: boolean
    readonly required: boolean
    readonly help?: string
    readonly value?: string
    readonly isSet: boolean
  }[]
  /** What to register at the provider. */
  readonly redirectUri: string
  readonly webhookUrl: string | undefined
}

/**
 * App registrations. Looked up in this order, the first one that is whole wins: saved for the tenant and connector, saved for the tenant and
 * vendor, options given in code, environment by connector (`ACME_SHEETS_CLIENT_ID`), environment by vendor (`ACME_CLIENT_ID`).
 */
export interface Apps {
  /** @throws HoldfastError `app_not_configured`, saying the exact redirect URI to register */
  resolve(tenantId: string, connector: string): Promise<App>
  /** Versions of one app identity, newest secret first. Empty: no longer configured. */
  versions(tenantId: string, connector: string, appId: string): Promise<readonly App[]>
  /** The app that a webhook address names: its versions, newest secret first. Empty: there is none, or it is no longer configured. */
  byKey(connector: string, appKey: string): Promise<readonly App[]>
  /** What stands for an app in its webhook address. */
  keyOf(app: App): string
  /** What to register at the provider as redirect URI: saved with the app, set in the environment, else `fallback`, else our own. */
  redirectUri(tenantId: string, connector: string, fallback?: string): Promise<string>
  /** @throws HoldfastError `forbidden` for owners that are no admin */
  list(owner: Owner): Promise<AppView[]>
  /** Saves for the owner's tenant. An absent secret field keeps the stored one. @throws HoldfastError `forbidden` `input_invalid` */
  save(
    owner: Owner,
    connector: string,
    fields: Readonly<Record<string, string>>,
    options?: { for?: "connector" | "vendor" },
  ): Promise<AppView>
  /** Removes what the owner's tenant saved for the connector or, where that is said, for all of its vendor. @throws HoldfastError `forbidden` */
  remove(owner: Owner, connector: string, options?: { for?: "connector" | "vendor" }): Promise<void>
}

export type { AppDescription }
