import { useInsertionEffect, useMemo, useRef } from "react"
import type { ClientOptions } from "../contract.js"
import { createClient } from "../create-client.js"
import { type ObservedClient, observe } from "./observed-client.js"

/**
 * The client of a page, the same one as long as `url` is the same. Asks nothing by itself, and may be used while rendering on a server.
 * Share it with {@link useConnections}, {@link useConnect} and `<Integrations client={…}>`: each then sees what another has changed.
 *
 * ```tsx
 * const holdfast = useHoldfast({ url: "/api/integrations" })
 * ```
 */
export function useHoldfast({ url, token }: ClientOptions): ObservedClient {
  const latest = useRef(token)
  useInsertionEffect(() => {
    latest.current = token
  })
  const hasToken = token !== undefined
  return useMemo(
    () => observe(createClient({ url, ...(hasToken && { token: () => latest.current?.() ?? "" }) })),
    [url, hasToken],
  )
}
