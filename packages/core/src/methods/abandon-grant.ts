import type { Context } from "../context.js"
import type { AuthMethod, Grant } from "../method.js"

/**
 * Whether a grant that nobody will use may be ended at the provider: not where that ends all that the account granted this app, which may
 * be what a living connection stands on, nor where a person made it for more than this.
 */
export function mayAbandon({ policy, revoke }: Pick<AuthMethod, "policy" | "revoke">): boolean {
  return revoke !== undefined && policy.revokes === "token" && policy.madeByHand !== true
}

/** Ends what was granted. Throws where that is not known to have happened. */
export async function revokeGrant<Secret, State>(
  method: Pick<AuthMethod<Secret, State>, "revoke">,
  context: Context<State>,
  { slots }: Grant<Secret>,
): Promise<void> {
  for (const [slot, { secret }] of Object.entries(slots ?? {}))
    await method.revoke?.({ ...context, slot }, secret, slot)
}

/** What is not claimed is revoked, as far as it can be. */
export async function abandonGrant<Secret, State>(
  method: Pick<AuthMethod<Secret, State>, "policy" | "revoke">,
  context: Context<State>,
  grant: Grant<Secret>,
): Promise<void> {
  if (!mayAbandon(method as Pick<AuthMethod, "policy" | "revoke">)) return
  try {
    await revokeGrant(method, context, grant)
  } catch {
    context.log.warn("a grant that came to nothing could not be revoked")
  }
}
