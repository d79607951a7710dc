import type { VirtualTime } from "../call/test-support.js"

let pending = 0
const { subtle } = globalThis.crypto
// WebCrypto works on threads of its own: while it does, something is still going on.
for (const name of [
  "digest",
  "sign",
  "verify",
  "importKey",
  "deriveKey",
  "deriveBits",
  "encrypt",
  "decrypt",
] as const) {
  const real = (subtle[name] as (...given: unknown[]) => Promise<unknown>).bind(subtle)
  Object.defineProperty(subtle, name, {
    configurable: true,
    value(...given: unknown[]) {
      pending++
      return real(...given).finally(() => {
        pending--
      })
    },
  })
}

/** Waits for a promise; time moves to the next timer whenever nothing else is going on. */
export async function settle<T>(time: VirtualTime, promise: Promise<T>): Promise<T> {
  let isSettled = false
  const done = () => {
    isSettled = true
  }
  promise.then(done, done)
  for (let turn = 0; turn < 5_000 && !isSettled; turn++) {
    for (let quiet = 0; quiet < 4 && !isSettled; quiet++) {
      await new Promise((resolve) => setImmediate(resolve))
      if (pending > 0) quiet = 0
    }
    if (!isSettled) time.fireNext()
  }
  if (!isSettled) throw new Error("nothing moves any more, and the promise is not settled")
  return await promise
}
