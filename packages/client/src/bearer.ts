import { clientError } from "./client-error.js"
import type { ClientOptions } from "./contract.js"

/** The token that says who asks, where the host's cookies do not. Held here alone. */
export interface Bearer {
  /** Whether a token says who asks. */
  isUsed(): boolean
  /** @throws ClientError `unauthenticated` when the page has none to give */
  get(): Promise<string | undefined>
  /** Another one instead of one that was refused; undefined: there is no other. */
  renew(refused: string): Promise<string | undefined>
  /** Takes one. Answers what puts back the one before. */
  set(token: string): () => void
}

/** Holds what `token()` gives, or what the page said. */
export function createBearer(ask: ClientOptions["token"]): Bearer {
  let held: string | undefined
  let asking: Promise<string | undefined> | undefined

  async function askPage(): Promise<string | undefined> {
    try {
      held = await ask?.()
      return held
    } catch {
      throw clientError("unauthenticated", "The page could not get a token that says who asks. Sign in again.")
    } finally {
      asking = undefined
    }
  }
  // Of many calls that want one at once, one asks.
  const askOnce = () => (asking ??= askPage())
  const get = async () => held ?? (await askOnce())

  return {
    isUsed: () => held !== undefined || ask !== undefined,
    get,
    async renew(refused) {
      if (!ask) return undefined
      // Of many calls that are refused at once, only the first ends it.
      if (held === refused) held = undefined
      return await get()
    },
    set(token) {
      const before = held
      held = token
      return () => {
        held = before
      }
    },
  }
}
