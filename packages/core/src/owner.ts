import { z } from "zod"
import { HoldfastError } from "./errors.js"
import { once } from "./once.js"

const ownerSchema = once(() => {
  const identifier = z.string().trim().min(1).max(255)
  return z.object({ tenantId: identifier, userId: identifier.optional(), admin: z.boolean().optional() })
})

/**
 * Who is asking. Said by the host application, never by the browser.
 * `tenantId` is the organisation or account that everything belongs to; `userId` the person in it, absent for jobs of the tenant.
 */
export interface Owner {
  readonly tenantId: string
  readonly userId?: string
  /** May see and change app registrations of the tenant. Default: no. */
  readonly admin?: boolean
}

/**
 * Checks an owner: an empty or missing tenant would put all such users into one tenant.
 * @throws HoldfastError `config_invalid`
 */
export function parseOwner(value: unknown): Owner {
  const parsed = ownerSchema().safeParse(value)
  if (parsed.success) return parsed.data as Owner
  throw new HoldfastError(
    "config_invalid",
    "owner needs a non-empty string tenantId, and a userId that is non-empty or absent.",
    {
      details: { fields: parsed.error.issues.map((issue) => issue.path.join(".")) },
    },
  )
}

/** Whether an owner may use what belongs to `scope`: same tenant, and the same user unless it is shared with the tenant. */
export function owns(owner: Owner, scope: { tenantId: string; userId: string | null }): boolean {
  return owner.tenantId === scope.tenantId && (scope.userId === null || scope.userId === owner.userId)
}
