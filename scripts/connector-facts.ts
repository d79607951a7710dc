import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import type { AuthMethod, Connector, RateLimitHeaders } from "../packages/core/src/index.js"
import { root } from "./workspace.js"

/** A connector with the package that exports it. */
export interface FoundConnector {
  readonly package: string
  /** Name of the factory, `googleSheets`. */
  readonly factory: string
  readonly connector: Connector
}

/** Every connector that a package under `packages/connectors` exports, in order of id: a new one is registered nowhere. */
export async function findConnectors(): Promise<FoundConnector[]> {
  const parent = join(root, "packages/connectors")
  const found: FoundConnector[] = []
  for (const folder of readdirSync(parent)) {
    const entry = join(parent, folder, "src/index.ts")
    if (!existsSync(entry)) continue
    const { name } = JSON.parse(readFileSync(join(parent, folder, "package.json"), "utf8")) as { name: string }
    const exported: Readonly<Record<string, unknown>> = await import(pathToFileURL(entry).href)
    for (const [factory, value] of Object.entries(exported)) {
      const connector = typeof value === "function" ? madeBy(value) : undefined
      if (connector) found.push({ package: name, factory, connector })
    }
  }
  return found.sort((a, b) => a.connector.id.localeCompare(b.connector.id))
}

/** What a factory makes when it is called without options, as the README shows it; undefined for any other function. */
function madeBy(candidate: unknown): Connector | undefined {
  try {
    const made: unknown = (candidate as () => unknown)()
    return isConnector(made) ? made : undefined
  } catch {
    return undefined
  }
}

function isConnector(value: unknown): value is Connector {
  if (typeof value !== "object" || value === null) return false
  const { id, vendor, methods, operations, setup } = value as Partial<Record<keyof Connector, unknown>>
  const hasNames = typeof id === "string" && typeof vendor === "string"
  return hasNames && Array.isArray(methods) && typeof operations === "object" && typeof setup === "object"
}

/** A connector's facts as `pnpm connectors --json` prints them. Endpoints hold `{placeholders}` where they depend on the account. */
export interface ConnectorFacts {
  readonly id: string
  readonly vendor: string
  readonly name: string
  readonly category: string
  readonly package: string
  readonly methods: readonly MethodFactsPrinted[]
  /** Null for providers that are not HTTP. */
  readonly api: {
    readonly baseUrl: string
    readonly authorization: string
    readonly headers: Readonly<Record<string, string>>
    /** Which headers tell what is left of a limit. */
    readonly rateLimit?: RateLimitHeaders
  } | null
  readonly operations: readonly string[]
  /** Operations whose lists can be walked to their end. */
  readonly paged: readonly string[]
  /** Whether one grant reaches several places that can be listed. */
  readonly targets: boolean
  /** How deliveries are signed; null where there are none. */
  readonly webhooks: string | null
  /** How they are signed at an address of the connection's own, where connections have one. */
  readonly ownWebhooks?: string
}

/** Null says that a method has no such thing: a key has no endpoint, a form no PKCE. */
export interface MethodFactsPrinted {
  readonly id: string
  readonly kind: string
  /** OAuth 1.0a: where a request token is asked for. */
  readonly requestTokenEndpoint?: string
  readonly authorizationEndpoint: string | null
  readonly tokenEndpoint: string | null
  readonly refreshEndpoint?: string
  readonly revocationEndpoint?: string
  readonly scopeSeparator: string | null
  readonly pkce: "S256" | "none" | null
  readonly clientAuthentication: "basic" | "post" | "none" | null
  readonly tokenRequestFormat: "form" | "json" | null
  /** OAuth 1.0a: how requests are signed. */
  readonly signatureMethod?: "HMAC-SHA1" | "HMAC-SHA256"
  readonly rotation: "single-use" | "reusable" | "none"
  readonly accessTokenSeconds: number | "never" | "unknown"
}

/** What is printed of one connector. */
export function factsOf({ package: name, connector }: FoundConnector): ConnectorFacts {
  const { id, vendor, category, methods, api, operations, targets, webhooks } = connector
  const paged = Object.entries(operations).filter(([, { pages }]) => pages !== undefined)
  return {
    id,
    vendor,
    name: connector.name,
    category,
    package: name,
    methods: methods.map(methodFacts),
    api: api
      ? {
          baseUrl: api.baseUrl,
          authorization: api.authorization,
          headers: api.headers ?? {},
          ...(api.rateLimit && { rateLimit: api.rateLimit }),
        }
      : null,
    operations: Object.keys(operations),
    paged: paged.map(([name]) => name),
    targets: targets !== undefined,
    webhooks: webhooks?.scheme ?? null,
    ...(webhooks?.own && { ownWebhooks: webhooks.own.scheme ?? webhooks.scheme }),
  }
}

function methodFacts({ id, kind, facts, policy }: AuthMethod): MethodFactsPrinted {
  const { refreshEndpoint, requestTokenEndpoint, revocationEndpoint, signatureMethod } = facts
  return {
    id,
    kind,
    ...(requestTokenEndpoint !== undefined && { requestTokenEndpoint }),
    authorizationEndpoint: facts.authorizationEndpoint ?? null,
    tokenEndpoint: facts.tokenEndpoint ?? null,
    ...(refreshEndpoint !== undefined && { refreshEndpoint }),
    ...(revocationEndpoint !== undefined && { revocationEndpoint }),
    scopeSeparator: facts.scopeSeparator ?? null,
    pkce: facts.pkce ?? null,
    clientAuthentication: facts.clientAuthentication ?? null,
    tokenRequestFormat: facts.tokenRequestFormat ?? null,
    ...(signatureMethod !== undefined && { signatureMethod }),
    rotation: policy.rotation,
    accessTokenSeconds: policy.accessTokenSeconds,
  }
}
