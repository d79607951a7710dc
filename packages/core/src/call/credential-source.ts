import type { Account } from "../account.js"
import type { Connector, Target } from "../connector.js"
import type { Context } from "../context.js"
import { HoldfastError } from "../errors.js"
import type { AuthMethod, Evidence, Grant } from "../method.js"
import type { ConnectionRow } from "../store.js"
import type { LiveSecret, Tokens } from "../tokens.js"
import { rowAt } from "./row-at.js"

/** A secret that goes on requests now, with all that is needed to put it there. */
export interface Credential {
  readonly connector: Connector
  readonly method: AuthMethod
  readonly slot: string
  readonly secret: unknown
  readonly context: Context
  readonly account: Account | undefined
  /** The place it is used at, where the caller named one. */
  readonly target?: Target | undefined
  /** Values for the placeholders of the API's addresses. */
  readonly data: Readonly<Record<string, string>>
  readonly granted: readonly string[] | undefined
  /** Whose calls are limited together; undefined where nobody is known yet. */
  readonly limitKey: string | undefined
  /** The same while the secret is the same. */
  readonly version: string
  readonly connectionId?: string
}

/** Where the credential of a call comes from: a stored connection, or a grant that is not stored yet. */
export interface CredentialSource {
  /** @throws HoldfastError as `Tokens.live` */
  current(options: { slot?: string | undefined; signal?: AbortSignal | undefined }): Promise<Credential>
  /** What is there instead of a refused one: a newer one, or the same. Absent where nothing can be renewed. */
  replace?(rejected: Credential, signal: AbortSignal | undefined): Promise<Credential>
  /** Records that a credential is dead; `outright`: the provider said so of the grant itself. */
  refused?(credential: Credential, providerCode: string | undefined, outright: boolean): Promise<void>
}

/**
 * Credentials of a stored connection. Where `connectionId` is a function it is asked for each request; a row that it read for that
 * request is as good as the id, and saves a read.
 */
export function storedCredentials({
  connectionId,
  tokens,
  contextFor,
  target,
}: {
  connectionId: string | (() => Promise<string | ConnectionRow>)
  tokens: Tokens
  contextFor(row: ConnectionRow, slot: string): Promise<Context>
  target?: Target | undefined
}): CredentialSource {
  const lives = new WeakMap<Credential, LiveSecret>()

  async function credentialOf(live: LiveSecret): Promise<Credential> {
    const { row, connector, method, slot, secret } = live
    const detail = row.detail.slots[slot]
    const placed = rowAt(row, target)
    const { account } = placed.detail
    const credential: Credential = {
      connector,
      method,
      slot,
      secret,
      context: await contextFor(placed, slot),
      account,
      target,
      data: account.data ?? {},
      granted: detail?.granted ?? undefined,
      // What a provider counts at one place says nothing of another.
      limitKey: [connector.id, row.accountKey, ...(target ? [target.id] : [])].join("\n"),
      version: `${row.id}\n${slot}\n${detail?.generation ?? row.generation}`,
      connectionId: row.id,
    }
    lives.set(credential, live)
    return credential
  }

  const liveOf = (credential: Credential): LiveSecret => {
    const live = lives.get(credential)
    if (!live) throw new HoldfastError("config_invalid", "This credential is not one of this source.")
    return live
  }

  return {
    async current({ slot, signal }) {
      const connection = typeof connectionId === "string" ? connectionId : await connectionId()
      return credentialOf(
        await tokens.live(connection, { ...(slot !== undefined && { slot }), ...(signal && { signal }) }),
      )
    },
    async replace(rejected, signal) {
      const live = liveOf(rejected)
      return credentialOf(
        await tokens.live(live.row.id, { slot: live.slot, rejected: live, ...(signal && { signal }) }),
      )
    },
    refused: (credential, providerCode, outright) => tokens.refused(liveOf(credential), providerCode, outright),
  }
}

/** Credentials that were granted just now, for asking who is there before anything is stored. */
export function grantedCredentials({
  connector,
  method,
  slots,
  evidence,
  context,
}: {
  connector: Connector
  method: AuthMethod
  slots: NonNullable<Grant["slots"]>
  evidence: Evidence
  context: Context
}): CredentialSource {
  const data = connector.locate?.(evidence) ?? evidence.input ?? {}
  return {
    async current({ slot }) {
      const name = slot ?? method.slots.find((candidate) => Object.hasOwn(slots, candidate)) ?? "main"
      const granted = Object.hasOwn(slots, name) ? slots[name] : undefined
      if (!granted) {
        throw new HoldfastError("scope_missing", `No ${name} credential was granted.`, {
          details: { connector: connector.id, slot: name },
        })
      }
      return {
        connector,
        method,
        slot: name,
        secret: granted.secret,
        context: { ...context, slot: name },
        account: undefined,
        data,
        granted: granted.granted,
        limitKey: undefined,
        version: `granted\n${name}`,
      }
    },
  }
}

/** Every text inside a secret that is long enough to be one: what no line may show. */
export function secretTexts(secret: unknown, depth = 0): string[] {
  if (typeof secret === "string") return secret.length >= 8 ? [secret, encodeURIComponent(secret)] : []
  if (typeof secret !== "object" || secret === null || depth > 3) return []
  return Object.values(secret).flatMap((value) => secretTexts(value, depth + 1))
}
