import type { ApiKeyInfo, ApiKeyScope, Holdfast, Owner } from "@holdfast/core"
import { printable } from "./printable.js"

/** What `holdfast api-key` was told beside what to do. */
export interface ApiKeyOptions {
  readonly tenant: string | undefined
  /** Absent: the key is the tenant's, or all of its keys are meant. */
  readonly user: string | undefined
  readonly name: string | undefined
  /** Separated by commas. */
  readonly scopes: string | undefined
  /** Id of the key. */
  readonly id: string | undefined
}

/** What to print: `text` is what was asked for, and `note` is for whoever watches. */
export interface ApiKeyDone {
  readonly text: string
  readonly note?: string
}

type Action = (holdfast: Holdfast, owner: Owner, options: ApiKeyOptions) => Promise<ApiKeyDone>

/** By what stands behind `api-key`. */
export const apiKeyActions: Readonly<Record<string, Action>> = {
  /** Alone, so that a script can take it: what it is called and may do goes to whoever watches. */
  async create({ access }, owner, { name, scopes }) {
    if (name === undefined) throw new Error("api-key create needs --name, by which people will tell the key.")
    const wanted = scopes?.split(",").map((scope) => scope.trim()) as ApiKeyScope[] | undefined
    const { key, ...info } = await access.createKey(owner, { name, ...(wanted && { scopes: wanted }) })
    return { text: `${key}\n`, note: `${line(info)}\nKeep it: it is not shown again.\n` }
  },
  async list({ access }, owner) {
    const keys = await access.listKeys(owner)
    return { text: keys.length === 0 ? "No keys.\n" : keys.map((info) => `${line(info)}\n`).join("") }
  },
  async revoke({ access }, owner, { id }) {
    if (id === undefined) throw new Error("api-key revoke needs the id of a key, as api-key list shows it.")
    await access.revokeKey(owner, id)
    return { text: `${printable(id)} is revoked.\n` }
  },
}

/** Whose keys are meant. @throws Error with a message for people */
export function ownerOf({ tenant, user }: ApiKeyOptions): Owner {
  if (tenant === undefined) throw new Error("api-key needs --tenant.")
  return { tenantId: tenant, ...(user !== undefined && { userId: user }) }
}

function line({ id, prefix, name, scopes, tenantId, userId, createdAt }: ApiKeyInfo): string {
  const whose = userId === null ? tenantId : `${userId} of ${tenantId}`
  const day = new Date(createdAt).toISOString().slice(0, 10)
  return `${id}  ${prefix}…  ${printable(name)}  ${scopes.join(",")}  for ${printable(whose)}, ${day}`
}
