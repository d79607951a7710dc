const deepest = 8

/**
 * Everything that printing or inspecting a value could show, as one text: fields that are not enumerable, causes, maps, headers,
 * getters of errors, bytes. What a closure or a `WeakMap` hides stays hidden, as it would.
 */
export function textOf(value: unknown): string {
  const pieces: string[] = []
  collect(value, 0, new Set(), pieces)
  return pieces.join("\n")
}

function collect(value: unknown, depth: number, seen: Set<object>, pieces: string[]): void {
  if (typeof value === "string") pieces.push(value)
  else if (typeof value !== "object" || value === null) pieces.push(String(value))
  else if (!seen.has(value) && depth <= deepest) {
    seen.add(value)
    collectObject(value, depth, seen, pieces)
  }
}

function collectObject(value: object, depth: number, seen: Set<object>, pieces: string[]): void {
  const go = (part: unknown) => collect(part, depth + 1, seen, pieces)
  if (value instanceof Uint8Array) {
    // Byte by byte, and as the text that it may be: a secret beyond ASCII is only found in the latter.
    pieces.push(latin1(value), new TextDecoder().decode(value))
    return
  }
  if (value instanceof URL || value instanceof URLSearchParams || value instanceof Date) {
    pieces.push(String(value))
    return
  }
  if (value instanceof Headers || value instanceof Map || value instanceof Set) for (const entry of value) go(entry)
  if (value instanceof Request || value instanceof Response) {
    go(value.url)
    go(value.headers)
  }
  if (value instanceof Error) {
    go(value.message)
    go(value.stack)
    go(value.cause)
  }
  for (const key of Reflect.ownKeys(value)) {
    if (typeof key === "string") pieces.push(key)
    go(ownValue(value, key))
  }
}

/** Getters are asked, as an inspector would; one that throws shows nothing. */
function ownValue(value: object, key: PropertyKey): unknown {
  try {
    return Reflect.get(value, key)
  } catch {
    return undefined
  }
}

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")
}
