import type { Holdfast, Owner } from "@holdfast/core"
import { createCanary } from "@holdfast/testing"

/** Everything that is secret in a demo, gathered as it comes to be. */
export interface Secrets {
  /** Reads what a provider hands to the app, and hands it on. */
  note(answer: Response): Promise<Response>
  /** The secrets of the apps that are registered at the providers. */
  ofApps(holdfast: Holdfast, environment: Readonly<Record<string, string>>): void
  /** The credentials that an owner's connections are kept by. */
  ofConnections(holdfast: Holdfast, owner: Owner): Promise<void>
  /** How many are known. */
  count(): number
  /** Which secrets are somewhere in these texts, of those that `are` meant. */
  foundIn(texts: readonly string[], are?: (secret: string) => boolean): readonly string[]
}

const shortest = 12
// A request token of OAuth 1.0a, which goes through the browser, is an `oauth_token`, too; its secret is not.
const told = /(?:access|refresh|id|bot|session)_?token$|secret$|password$|api_?key$/i

export function createSecrets(...own: readonly string[]): Secrets {
  const known = new Map<string, string>(own.map((value) => [value, "a key of the keyring"]))
  const add = (value: unknown, name: string) => {
    if (typeof value === "string" && value.length >= shortest && !known.has(value)) known.set(value, name)
  }

  return {
    async note(answer) {
      const text = await answer.clone().text()
      for (const [name, value] of secretsIn(text)) add(value, `${name} of a provider's answer`)
      return answer
    },
    ofApps(holdfast, environment) {
      for (const { id, vendor, app } of holdfast.connectors.values()) {
        for (const { name } of app?.fields.filter(({ secret }) => secret) ?? []) {
          for (const prefix of [id, vendor]) add(environment[variable(prefix, name)], `${name} of the app of ${prefix}`)
        }
      }
    },
    async ofConnections(holdfast, owner) {
      const mine = holdfast.for(owner)
      for (const { id, connector, name, slots, account } of await mine.list({ limit: 1_000 })) {
        const shown = JSON.stringify([name, account])
        for (const slot of Object.keys(slots)) {
          const secret = await mine.connection(id).unsafe.secret(slot)
          // A user name or a site is part of a credential, and no secret.
          for (const leaf of leavesOf(secret)) if (!shown.includes(leaf)) add(leaf, `${slot} of ${connector}`)
        }
      }
    },
    count: () => known.size,
    foundIn(texts, are = () => true) {
      const canary = createCanary()
      for (const [value, name] of known) if (are(value)) canary.watch(value, name)
      // The same script and the same headers come again and again.
      for (const text of new Set(texts)) canary.look("what the browser saw", text)
      return [...new Set(canary.found().map(({ secret, as }) => `${secret} (${as})`))]
    },
  }
}

/** Strings under telling names, in JSON or a form. */
function secretsIn(text: string): (readonly [string, string])[] {
  const found: (readonly [string, string])[] = []
  try {
    JSON.parse(text, (name, value: unknown) => {
      if (typeof value === "string" && told.test(name)) found.push([name, value])
      return value
    })
  } catch {
    for (const [name, value] of new URLSearchParams(text)) if (told.test(name)) found.push([name, value])
  }
  return found
}

function leavesOf(value: unknown): string[] {
  if (typeof value === "string") return [value]
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(leavesOf) : []
}

/** `google-sheets`, `clientSecret` → `GOOGLE_SHEETS_CLIENT_SECRET`. */
function variable(prefix: string, name: string): string {
  return `${prefix}_${name.replace(/([a-z])([A-Z])/g, "$1_$2")}`.replaceAll("-", "_").toUpperCase()
}
