import { useCallback, useEffect, useState } from "react"
import type { ConnectOptions, ConnectResult } from "../contract.js"
import type { ObservedClient } from "./observed-client.js"

/** A way to connect accounts, and how the last try went. */
export interface Connect {
  /** Call it in a click: it opens its window at once. Never rejects. */
  connect(connector: string, options?: ConnectOptions): Promise<ConnectResult>
  /** The same for a connection that is there. */
  reconnect(connectionId: string, options?: ConnectOptions): Promise<ConnectResult>
  readonly isConnecting: boolean
  /** How the last one ended, also one that left this page and came back to it. */
  readonly result: ConnectResult | undefined
}

/**
 * Connects in a window, from a click.
 *
 * ```tsx
 * const { connect, isConnecting, result } = useConnect(holdfast)
 * <button disabled={isConnecting} onClick={() => connect("slack")}>Connect Slack</button>
 * ```
 */
export function useConnect(client: ObservedClient): Connect {
  const [running, setRunning] = useState(0)
  const [result, setResult] = useState<ConnectResult>()

  const follow = useCallback(async (ending: Promise<ConnectResult>) => {
    setRunning((count) => count + 1)
    const ended = await ending
    setRunning((count) => count - 1)
    setResult(ended)
    return ended
  }, [])

  // Where windows are blocked the page itself goes to the provider, and this is where it comes back to.
  useEffect(() => {
    let isShown = true
    void client.resume().then((ended) => {
      if (ended && isShown) setResult(ended)
    })
    // Not given up with the component: the person may still be signing in.
    return () => {
      isShown = false
    }
  }, [client])

  const connect = useCallback<Connect["connect"]>((...asked) => follow(client.connect(...asked)), [client, follow])
  const reconnect = useCallback<Connect["reconnect"]>(
    (...asked) => follow(client.reconnect(...asked)),
    [client, follow],
  )
  return { connect, reconnect, isConnecting: running > 0, result }
}
