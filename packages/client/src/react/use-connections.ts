import type { ConnectionInfo } from "@holdfast/core"
import { useCallback, useEffect, useRef, useState } from "react"
import { toClientError } from "../client-error.js"
import type { ClientError } from "../contract.js"
import type { ObservedClient } from "./observed-client.js"

/** What is connected, as far as it is known. */
export interface Connections {
  /** Undefined until it was read once. What was read last stays while it is read anew. */
  readonly connections: readonly ConnectionInfo[] | undefined
  /** Why the last reading failed. */
  readonly error: ClientError | undefined
  readonly isLoading: boolean
  /** Reads anew. Never rejects. */
  reload(): Promise<void>
}

/**
 * The connections of whoever is signed in, read when the component appears and again after each change by the same client.
 *
 * ```tsx
 * const { connections } = useConnections(holdfast, { connector: "slack" })
 * ```
 */
export function useConnections(client: ObservedClient, filter: { readonly connector?: string } = {}): Connections {
  const { connector } = filter
  const [read, setRead] = useState<Omit<Connections, "reload">>({ ...nothing, isLoading: true })
  const latest = useRef(0)

  const reload = useCallback(async () => {
    const mine = ++latest.current
    setRead((before) => ({ ...before, isLoading: true }))
    const next = await client.connections(connector === undefined ? {} : { connector }).then(
      (connections) => ({ connections, error: undefined }),
      (thrown: unknown) => ({ error: toClientError(thrown) }),
    )
    // Of answers that overtake each other, the one that was asked for last counts.
    if (mine === latest.current) setRead((before) => ({ ...before, ...next, isLoading: false }))
  }, [client, connector])

  useEffect(() => {
    void reload()
    const stop = client.onChange(() => void reload())
    return () => {
      stop()
      latest.current++
      // What was read was another client's, or of another connector.
      setRead({ ...nothing, isLoading: true })
    }
  }, [client, reload])

  return { ...read, reload }
}

const nothing = { connections: undefined, error: undefined }
