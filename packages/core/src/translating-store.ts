import { HoldfastError, isHoldfastError } from "./errors.js"
import type { TokenStore } from "./store.js"

/** The store with every foreign error told as `store_unavailable`: a driver's own message may hold values. */
export function translatingStore(store: TokenStore): TokenStore {
  return Object.freeze({ connections: translated(store.connections), documents: translated(store.documents) })
}

function translated<Part extends object>(part: Part): Part {
  const names = new Set<string>()
  for (let level: object | null = part; level && level !== Object.prototype; level = Object.getPrototypeOf(level)) {
    for (const name of Object.getOwnPropertyNames(level)) names.add(name)
  }
  const wrapped: Record<string, unknown> = {}
  for (const name of names) {
    const member = (part as Record<string, unknown>)[name]
    if (typeof member === "function" && name !== "constructor")
      wrapped[name] = translatedCall(part, member as (...given: unknown[]) => Promise<unknown>)
  }
  return wrapped as Part
}

function translatedCall(part: object, call: (...given: unknown[]) => Promise<unknown>) {
  return (...given: unknown[]): Promise<unknown> => {
    try {
      return call.apply(part, given).then(undefined, told)
    } catch (error) {
      return Promise.reject(error).catch(told)
    }
  }
}

function told(error: unknown): never {
  throw isHoldfastError(error) ? error : new HoldfastError("store_unavailable")
}
