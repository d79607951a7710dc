import { type Context, HoldfastError } from "@holdfast/core"
import type { SessionClient, SessionClientOptions } from "./session-client.js"

/** How Telegram is reached. All of it has defaults; tests and Telegram's own test servers need others. */
export type Transport = Pick<
  SessionClientOptions,
  "dataCenters" | "publicKeys" | "firstDataCenter" | "timeoutMs" | "device"
>

/**
 * A client for the app of this context. The client library is loaded here, at first use: it is large, and importing a connector must not cost.
 *
 * @throws HoldfastError `app_not_configured`
 */
export async function connect(transport: Transport, { app }: Pick<Context, "app">): Promise<SessionClient> {
  const { apiId, apiHash } = app?.fields ?? {}
  if (!apiId || !apiHash)
    throw new HoldfastError("app_not_configured", undefined, { details: { connector: "telegram" } })
  const { createSessionClient } = await import("./session-client.js")
  return createSessionClient({ ...transport, apiId: Number(apiId), apiHash })
}
