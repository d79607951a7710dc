/**
 * Everything that can misbehave, handed in from outside, so that the real code runs unchanged under simulation:
 * time, randomness, timers, the network, and the digest (WebCrypto completes in any order).
 */
export interface Runtime {
  readonly clock: Clock
  readonly timers: Timers
  /** Cryptographically random bytes. */
  random(byteLength: number): Uint8Array
  /** SHA-256 of the UTF-8 text, as base64url without padding. */
  digest(text: string): Promise<string>
  fetch(request: Request): Promise<Response>
}

export interface Clock {
  /** Wall clock, milliseconds since the epoch. May jump. */
  now(): number
  /** Milliseconds that only ever grow, of this process alone. Waiting for another's lease is measured with it. */
  monotonic(): number
}

export interface Timers {
  /** Calls back once after `delayMs`, and returns what cancels it. One in the background does not keep the process alive. */
  after(delayMs: number, callback: () => void, options?: { background?: boolean }): () => void
}

/** The runtime of a real process: global clock, timers, crypto and fetch. */
export function systemRuntime(overrides: Partial<Runtime> = {}): Runtime {
  return Object.freeze({
    clock: systemClock,
    timers: systemTimers,
    random,
    digest,
    fetch: (request: Request) => fetch(request),
    ...overrides,
  })
}

const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() }

const systemTimers: Timers = {
  after(delayMs, callback, options) {
    const timer: unknown = setTimeout(callback, delayMs)
    // Node and Bun hand out objects here, other runtimes numbers.
    if (options?.background && typeof timer === "object" && timer !== null && "unref" in timer)
      (timer as { unref(): void }).unref()
    return () => clearTimeout(timer as number)
  },
}

function random(byteLength: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(byteLength))
}

async function digest(text: string): Promise<string> {
  return base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))))
}

/** Base64url without padding (RFC 4648 section 5). */
export function base64url(bytes: Uint8Array): string {
  let binary = ""
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")
}

/** The bytes of a base64url text. */
export function fromBase64url(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0))
}

/** Resolves after `delayMs` of the runtime's timers; at once when the signal aborts. */
export function sleep(
  timers: Timers,
  delayMs: number,
  signal?: AbortSignal,
  options?: { background?: boolean },
): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const done = () => {
      signal?.removeEventListener("abort", done)
      cancel()
      resolve()
    }
    const cancel = timers.after(delayMs, done, options)
    signal?.addEventListener("abort", done, { once: true })
  })
}
