import type { Context } from "../context.js"
import type { Rotation, SlotClock } from "../method.js"
import { grantedScopes } from "./oauth2-scopes.js"
import type { OAuth2Settings, OAuth2State } from "./oauth2-settings.js"
import { tokenClock } from "./token-clock.js"
import type { SlotTokens } from "./token-set.js"

/** What is known of a slot's tokens beside themselves: how long they live, and for what. */
export function lifeOf(
  { options, clock }: OAuth2Settings,
  context: Context<OAuth2State>,
  subject: {
    readonly came: SlotTokens
    readonly now: number
    readonly rotation: Rotation
    readonly isRenewed?: boolean
  },
): { clock: SlotClock; granted?: readonly string[] } {
  const { came, ...known } = subject
  const { body, accessToken } = came
  const granted = quietly(context, () => grantedScopes(options, body))
  const lives = quietly(context, () => tokenClock({ body, accessToken, ...known }, clock))
  const unknown = { issuedAt: known.now, expiresAt: "unknown", rotation: known.rotation } as const
  return { clock: lives ?? unknown, ...(granted && { granted }) }
}

/** Tokens that have come are not lost because a connector trips over the rest of the answer. */
export function quietly<Value>(context: Context<OAuth2State>, read: () => Value): Value | undefined {
  try {
    return read()
  } catch {
    context.log.warn("a part of a token answer could not be read", { slot: context.slot })
    return undefined
  }
}
