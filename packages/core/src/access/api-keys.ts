import { z } from "zod"
import type { Access, ApiKeyInfo } from "../access.js"
import { HoldfastError } from "../errors.js"
import { once } from "../once.js"
import { type Owner, parseOwner } from "../owner.js"
import { base64url, type Runtime } from "../runtime.js"
import type { DocumentStore, StoredDocument } from "../store.js"
import type { Vault } from "../vault.js"

export interface ApiKeysDependencies {
  readonly runtime: Pick<Runtime, "clock" | "random" | "digest">
  readonly documents: DocumentStore
  readonly vault: Pick<Vault, "sealDocument" | "openDocument">
}

const purpose = "api-key"
const pageSize = 200

const infoSchema = once(() =>
  z.object({
    name: z.string().trim().min(1).max(100),
    scopes: z
      .array(z.enum(["connect", "read", "run"]))
      .min(1)
      .transform((scopes) => [...new Set(scopes)]),
  }),
)

/**
 * Keys for programs: `hfk_`, 8 letters to tell it by, 16 that lead to its tenant's keys, and 43 of secret. One is a sealed document named by
 * its digest, so who reads the store has no key, and who writes it cannot make one.
 */
export function createApiKeys({
  runtime,
  documents,
  vault,
}: ApiKeysDependencies): Pick<Access, "createKey" | "listKeys" | "revokeKey" | "readKey"> {
  const tagOf = async (tenantId: string) => (await runtime.digest(`api-key tenant ${tenantId}`)).slice(0, tagLetters)
  const open = async ({ key, value }: StoredDocument) =>
    (await vault.openDocument(purpose, key.slice(purpose.length + 1), value)) as ApiKeyInfo

  async function all(owner: Owner): Promise<ApiKeyInfo[]> {
    const prefix = `${purpose}:${await tagOf(owner.tenantId)}:`
    const found: ApiKeyInfo[] = []
    for (let after: string | undefined; ; ) {
      const page = await documents.list(prefix, after, pageSize)
      found.push(...(await Promise.all(page.map(open))))
      after = page.at(-1)?.key
      if (page.length < pageSize) return found.filter((info) => mayManage(owner, info))
    }
  }

  return {
    async createKey(asked, options) {
      const owner = parseOwner(asked)
      const parsed = infoSchema().safeParse({ name: options.name, scopes: options.scopes ?? ["connect"] })
      if (!parsed.success)
        throw new HoldfastError(
          "input_invalid",
          "A key has a name of 100 letters at most, and scopes that there are.",
          {
            details: { fields: parsed.error.issues.map((issue) => String(issue.path[0])) },
          },
        )
      const prefix = `hfk_${base64url(runtime.random(6))}`
      const tag = await tagOf(owner.tenantId)
      const key = `${prefix}${tag}${base64url(runtime.random(32))}`
      const digest = await digestOf(runtime, key)
      const info: ApiKeyInfo = {
        id: `key_${digest}`,
        ...parsed.data,
        prefix,
        tenantId: owner.tenantId,
        userId: owner.userId ?? null,
        createdAt: runtime.clock.now(),
      }
      const name = `${tag}:${digest}`
      const value = await vault.sealDocument(purpose, name, info)
      if ((await documents.put({ key: `${purpose}:${name}`, value, expiresAt: null }, 0)) === undefined)
        throw new HoldfastError("store_conflict")
      return { ...info, key }
    },
    async listKeys(asked) {
      return (await all(parseOwner(asked))).sort((a, b) => b.createdAt - a.createdAt)
    },
    async revokeKey(asked, id) {
      const owner = parseOwner(asked)
      const document = await documents.get(`${purpose}:${await tagOf(owner.tenantId)}:${id.replace(/^key_/, "")}`)
      if (!document || !mayManage(owner, await open(document)))
        throw new HoldfastError("not_found", "There is no such key of this owner.")
      await documents.delete(document.key)
    },
    async readKey(key, scope) {
      const tag = form.exec(key)?.[1] ?? ""
      // The digest is the document's name: nothing of the key is compared, letter by letter or otherwise.
      const document = await documents.get(`${purpose}:${tag}:${await digestOf(runtime, key)}`)
      if (!document) throw new HoldfastError("unauthenticated", "This is no API key, or one that was revoked.")
      const { id, tenantId, userId, scopes } = await open(document)
      if (!scopes.includes(scope))
        throw new HoldfastError(
          "forbidden",
          `The API key ${id} lacks the scope ${scope}. It has: ${scopes.join(", ")}.`,
        )
      return { id, owner: Object.freeze({ tenantId, ...(userId !== null && { userId }) }) }
    },
  }
}

const tagLetters = 16
const form = /^hfk_[\w-]{8}([\w-]{16})[\w-]{43}$/

/** Whether a text says of itself that it is such a key. */
export function looksLikeApiKey(token: string): boolean {
  return token.startsWith("hfk_")
}

function digestOf(runtime: Pick<Runtime, "digest">, key: string): Promise<string> {
  return runtime.digest(`api-key ${key}`)
}

/** A user has their own; whoever speaks for the tenant, all of its. */
function mayManage(owner: Owner, { tenantId, userId }: ApiKeyInfo): boolean {
  const speaksForTenant = owner.userId === undefined || owner.admin === true
  return tenantId === owner.tenantId && (speaksForTenant || userId === owner.userId)
}
