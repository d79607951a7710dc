import type { Cipher } from "./cipher.js"
import { isHeaderOf, sealedHeader } from "./cipher-header.js"
import type { Key } from "./keyring.js"

/**
 * The same format as {@link joseCipher}, written and read with the runtime's own `node:crypto`: an open costs a tenth.
 * Reached through `process.getBuiltinModule`, never imported. Undefined where the runtime has none that works.
 */
export function nodeCipher(): Cipher | undefined {
  const modules = builtins()
  if (!modules) return undefined
  const seal = sealer(modules)
  const open = opener(modules)
  const probe: Key = { id: "probe", bytes: new Uint8Array(32) }
  try {
    // Some runtimes have the module and not the algorithm.
    if (open(probe, seal(probe, "probe", []), []) !== "probe") return undefined
  } catch {
    return undefined
  }
  return Object.freeze({
    seal: async (key, plaintext, binding) => seal(key, plaintext, binding),
    open: async (key, sealed, binding) => open(key, sealed, binding),
  } satisfies Cipher)
}

function sealer({ crypto, buffer }: Builtins) {
  const headerOf = headers(buffer)
  return (key: Key, plaintext: string, binding: readonly (string | number)[]): string => {
    const header = headerOf(key, binding)
    const iv = crypto.randomBytes(12)
    const gcm = crypto.createCipheriv("aes-256-gcm", key.bytes, iv, { authTagLength: 16 })
    gcm.setAAD(buffer.from(header, "latin1"))
    const ciphertext = buffer.concat([gcm.update(plaintext, "utf8"), gcm.final()]).toString("base64url")
    return `${header}..${iv.toString("base64url")}.${ciphertext}.${gcm.getAuthTag().toString("base64url")}`
  }
}

function opener({ crypto, buffer }: Builtins) {
  const headerOf = headers(buffer)
  return (key: Key, sealed: string, binding: readonly (string | number)[]): string | undefined => {
    const parts = sealed.split(".")
    const [header, encryptedKey, iv, ciphertext, tag] = parts as [string, string, string, string, string]
    if (parts.length !== 5 || encryptedKey !== "" || iv.length !== 16 || tag.length !== 22) return undefined
    // Written by us, the header is the same to the byte; parsed only when another library wrote it.
    if (header !== headerOf(key, binding) && !isHeaderOf(header, key, binding)) return undefined
    try {
      const gcm = crypto.createDecipheriv("aes-256-gcm", key.bytes, buffer.from(iv, "base64url"), { authTagLength: 16 })
      gcm.setAAD(buffer.from(header, "latin1"))
      // Throws for a tag that is too short, as one is with a character in it that is no base64url.
      gcm.setAuthTag(buffer.from(tag, "base64url"))
      const plaintext = gcm.update(buffer.from(ciphertext, "base64url"))
      gcm.final()
      return plaintext.toString("utf8")
    } catch {
      return undefined
    }
  }
}

/** As `encodeHeader` writes it, at a tenth of what that costs. */
function headers(buffer: BufferFactory) {
  return (key: Key, binding: readonly (string | number)[]) =>
    buffer.from(JSON.stringify(sealedHeader(key, binding)), "utf8").toString("base64url")
}

function builtins(): Builtins | undefined {
  const { process } = globalThis as unknown as { process?: { getBuiltinModule?(id: string): unknown } }
  try {
    const crypto = process?.getBuiltinModule?.("node:crypto") as NodeCrypto | undefined
    const buffer = (process?.getBuiltinModule?.("node:buffer") as { Buffer?: BufferFactory } | undefined)?.Buffer
    return crypto?.createDecipheriv && buffer ? { crypto, buffer } : undefined
  } catch {
    return undefined
  }
}

// The little of Node that is used, since core is checked without Node's types.
interface Builtins {
  readonly crypto: NodeCrypto
  readonly buffer: BufferFactory
}

interface NodeCrypto {
  randomBytes(byteLength: number): NodeBuffer
  createCipheriv(name: string, key: Uint8Array, iv: Uint8Array, options: { authTagLength: number }): Sealing
  createDecipheriv(name: string, key: Uint8Array, iv: Uint8Array, options: { authTagLength: number }): Opening
}

interface Sealing {
  setAAD(data: Uint8Array): void
  update(text: string, encoding: "utf8"): NodeBuffer
  final(): NodeBuffer
  getAuthTag(): NodeBuffer
}

interface Opening {
  setAAD(data: Uint8Array): void
  setAuthTag(tag: Uint8Array): void
  update(data: Uint8Array): NodeBuffer
  final(): NodeBuffer
}

interface BufferFactory {
  from(text: string, encoding: "utf8" | "latin1" | "base64url"): NodeBuffer
  concat(parts: readonly Uint8Array[]): NodeBuffer
}

interface NodeBuffer extends Uint8Array {
  toString(encoding?: "utf8" | "base64url"): string
}
