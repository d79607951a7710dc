import { type Attempts, type Connector, type Holdfast, HoldfastError } from "@holdfast/core"

/**
 * The same Holdfast as far as some of its connectors go: the others are not listed and cannot be begun, and their connections and attempts
 * are not there. What a route can reach is narrowed, not what it does, so no route can forget it.
 */
export function narrowed(holdfast: Holdfast, only: readonly string[]): Holdfast {
  function connectorOf(id: string): Connector {
    const connector = holdfast.connectorOf(id)
    if (only.includes(connector.id)) return connector
    throw new HoldfastError("forbidden", `The token is not for ${connector.name}.`)
  }

  const { attempts } = holdfast
  async function refuseOthers(id: string): Promise<void> {
    if (!only.includes((await attempts.about(id)).connector)) throw new HoldfastError("not_found")
  }
  /** A method whose first argument is an attempt's id. */
  const ofKnown =
    <Rest extends unknown[], Answer>(method: (id: string, ...rest: Rest) => Promise<Answer>) =>
    async (id: string, ...rest: Rest): Promise<Answer> => {
      await refuseOthers(id)
      return method.call(attempts, id, ...rest)
    }

  return Object.freeze({
    ...holdfast,
    connectors: new Map([...holdfast.connectors].filter(([id]) => only.includes(id))),
    connectorOf,
    for: (owner) => holdfast.for(owner, { connectors: only }),
    attempts: {
      ...attempts,
      begin: async (owner, request) => {
        connectorOf(request.connector)
        return attempts.begin(owner, request)
      },
      about: ofKnown(attempts.about),
      bind: ofKnown(attempts.bind),
      view: ofKnown(attempts.view),
      submit: ofKnown(attempts.submit),
      poll: ofKnown(attempts.poll),
      handOut: ofKnown(attempts.handOut),
      cancel: ofKnown(attempts.cancel),
    } satisfies Attempts,
  } satisfies Holdfast)
}
