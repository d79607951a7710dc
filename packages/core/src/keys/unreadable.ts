import { type HoldfastError, isHoldfastError } from "../errors.js"
import type { Logger } from "../logger.js"
import type { UnreadableValue } from "./key-rotation.js"

/** Values that could not be opened: counted, and the first of them named. */
export interface UnreadableTally {
  note(values: readonly UnreadableValue[]): void
  counted(): { readonly unreadable: number; readonly unreadableValues: readonly UnreadableValue[] }
}

const mostNamed = 1_000

export function unreadableTally(log: Logger): UnreadableTally {
  const named: UnreadableValue[] = []
  let count = 0
  return {
    note(values) {
      for (const value of values) {
        count++
        if (named.length >= mostNamed) continue
        named.push(Object.freeze(value))
        log.warn("a sealed value cannot be opened, and is left as it is", { code: "credential_unreadable", ...value })
      }
    },
    counted: () => ({ unreadable: count, unreadableValues: [...named] }),
  }
}

/** Opens something; a value that does not open is an answer here. Whatever else goes wrong is thrown. */
export async function openOr<Opened>(
  open: () => Promise<Opened>,
  place: Pick<UnreadableValue, "in" | "id" | "slot" | "keyId">,
): Promise<{ readonly opened: Opened } | { readonly unreadable: UnreadableValue }> {
  try {
    return { opened: await open() }
  } catch (error) {
    if (!isHoldfastError(error, "credential_unreadable")) throw error
    return { unreadable: { ...place, reason: reasonOf(error) } }
  }
}

function reasonOf({ details }: HoldfastError): string {
  return details.reason ?? "not_opened"
}
