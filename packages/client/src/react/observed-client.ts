import type { AttemptView } from "@holdfast/core"
import type { Client, Conversation } from "../contract.js"

/** A client that tells when what is connected may have changed by it. */
export interface ObservedClient extends Client {
  /** Calls `listener` after each change, until the function that it answers with is called. */
  onChange(listener: () => void): () => void
}

/** Watches what is done with a client, by whichever component. */
export function observe(client: Client): ObservedClient {
  const listeners = new Set<() => void>()
  const changed = () => {
    for (const listener of listeners) listener()
  }

  /** Tells of a change once `act` is done, however it went: half of it may have been. */
  function telling<Given extends unknown[], Result>(act: (...given: Given) => Promise<Result>) {
    return (...given: Given): Promise<Result> => act(...given).finally(changed)
  }

  /** Tells of a change if something was connected; most polls say that nothing was, yet. */
  function tellingOf<Given extends unknown[], Result>(
    act: (...given: Given) => Promise<Result>,
    isChange: (result: Result) => boolean,
  ) {
    return async (...given: Given): Promise<Result> => {
      const result = await act(...given)
      if (isChange(result)) changed()
      return result
    }
  }

  function watch(conversation: Conversation): Conversation {
    const isConnected = ({ status }: AttemptView) => status === "connected"
    return {
      ...conversation,
      refresh: tellingOf(conversation.refresh, isConnected),
      submit: tellingOf(conversation.submit, isConnected),
      poll: tellingOf(conversation.poll, isConnected),
      ended: tellingOf(conversation.ended, ({ is }) => is === "connected"),
    }
  }

  return {
    ...client,
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    connect: telling(client.connect),
    reconnect: telling(client.reconnect),
    resume: tellingOf(client.resume, (result) => result !== undefined),
    begin: async (...asked) => watch(await client.begin(...asked)),
    beginAgain: async (...asked) => watch(await client.beginAgain(...asked)),
    rename: telling(client.rename),
    disconnect: telling(client.disconnect),
    test: telling(client.test),
    authenticate: telling(client.authenticate),
  }
}
