import { type AttemptView, type Connector, type ErrorCode, HoldfastError } from "@holdfast/core"
import { z } from "zod"
import type { Exchange } from "../exchange.js"

const text = z.string().min(1).max(2_000)
const posted = z.object({ code: text, state: text.optional() })

/**
 * Connects what a posted `code` stands for: a handle of ours. From a browser it must be the one that consented; from the owner's server the
 * handle itself says so, for attempts that were begun like that. The same one again gets the first answer.
 * @throws HoldfastError `state_mismatch` for one that is not this owner's, connector's or browser's, and why there is no connection
 */
export async function claimPosted(
  exchange: Exchange,
  connector: Connector,
): Promise<AttemptView & { readonly connectionId: string }> {
  const owner = await exchange.owner()
  const { code, state } = await exchange.fields(posted)
  const { browser } = await exchange.visitor()
  const view = await exchange.holdfast.attempts.claim(code, {
    connector: connector.id,
    owner,
    ...(browser !== undefined && { browser }),
    ...(state !== undefined && { attempt: state }),
  })
  if (view.status === "connected" && view.connectionId !== undefined)
    return { ...view, connectionId: view.connectionId }
  throw new HoldfastError(unfinished[view.status] ?? view.error?.code ?? "unexpected", undefined, {
    details: { connector: connector.id },
  })
}

/** Why there is no connection, where the attempt has not failed. */
const unfinished: Readonly<Partial<Record<AttemptView["status"], ErrorCode>>> = {
  exchanging: "provider_unavailable",
  // It has begun anew, for the person to consent in full.
  pending: "refresh_token_missing",
}
