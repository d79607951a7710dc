import { createHash, randomBytes } from "node:crypto"
import { Api, extensions } from "teleproto"
import { igeDecrypt, igeEncrypt, xor } from "./ige.js"
import {
  bigFromBytes,
  bytesFromBig,
  dhGenerator,
  dhPrime,
  fromTlBytes,
  isGoodPublicValue,
  powerMod,
  primePair,
  randomExponent,
  type TlInteger,
  tlBytes,
  tlInteger,
} from "./numbers.js"
import type { ServerKey } from "./server-key.js"

/** A finished exchange: the 256-byte key, known by the low 64 bits of its SHA-1, and the first salt. */
export interface ExchangedKey {
  readonly id: string
  readonly key: Buffer
  readonly salt: Buffer
}

/** One exchange: takes each plain message of a client, answers it, and says when a key stands. */
export interface KeyExchange {
  /** Undefined means that the message is not what the protocol allows here: the server then hangs up. */
  answer(message: Buffer): { readonly reply: Buffer; readonly done?: ExchangedKey } | undefined
}

const sha1 = (...parts: Buffer[]) => createHash("sha1").update(Buffer.concat(parts)).digest()
const sha256 = (...parts: Buffer[]) => createHash("sha256").update(Buffer.concat(parts)).digest()

interface Started {
  readonly nonce: Buffer
  readonly serverNonce: Buffer
  readonly p: bigint
  readonly q: bigint
}
interface Offered extends Started {
  readonly newNonce: Buffer
  readonly secret: bigint
  readonly aesKey: Buffer
  readonly aesIv: Buffer
}

/**
 * The server's side of the creation of an authorization key, as documented: proof of work, RSA_PAD, Diffie-Hellman with all checks.
 *
 * @param nowSeconds - server time, seconds since the epoch
 * @see https://core.telegram.org/mtproto/auth_key
 */
export function createKeyExchange(serverKey: ServerKey, nowSeconds: () => number): KeyExchange {
  let started: Started | undefined
  let offered: Offered | undefined

  function start(nonce: TlInteger): Buffer {
    started = { nonce: tlBytes(nonce, 16), serverNonce: randomBytes(16), ...primePair() }
    offered = undefined
    return new Api.ResPQ({
      nonce,
      serverNonce: fromTlBytes(started.serverNonce),
      pq: bytesFromBig(started.p * started.q) as never,
      serverPublicKeyFingerprints: [tlInteger(serverKey.fingerprint)],
    }).getBytes()
  }

  function offer(request: Api.ReqDHParams): Buffer | undefined {
    const exchange = started
    if (!exchange || !sameNonces(exchange, request)) return undefined
    if (tlInteger(serverKey.fingerprint).neq(request.publicKeyFingerprint)) return undefined
    if (bigFromBytes(bytesOf(request.p)) !== exchange.p || bigFromBytes(bytesOf(request.q)) !== exchange.q)
      return undefined
    const inner = unpad(serverKey, bytesOf(request.encryptedData))
    if (!inner || !sameNonces(exchange, inner)) return undefined
    if (bigFromBytes(bytesOf(inner.pq)) !== exchange.p * exchange.q) return undefined

    const newNonce = tlBytes(inner.newNonce, 32)
    const { serverNonce } = exchange
    const mixed = sha1(serverNonce, newNonce)
    const aesKey = Buffer.concat([sha1(newNonce, serverNonce), mixed.subarray(0, 12)])
    const aesIv = Buffer.concat([mixed.subarray(12), sha1(newNonce, newNonce), newNonce.subarray(0, 4)])
    const secret = randomExponent()
    offered = { ...exchange, newNonce, secret, aesKey, aesIv }
    const answer = new Api.ServerDHInnerData({
      nonce: request.nonce,
      serverNonce: request.serverNonce,
      g: dhGenerator,
      dhPrime: bytesFromBig(dhPrime, 256) as never,
      gA: bytesFromBig(powerMod(BigInt(dhGenerator), secret, dhPrime), 256) as never,
      serverTime: nowSeconds(),
    }).getBytes()
    return new Api.ServerDHParamsOk({
      nonce: request.nonce,
      serverNonce: request.serverNonce,
      encryptedAnswer: igeEncrypt(wholeBlocks(Buffer.concat([sha1(answer), answer])), aesKey, aesIv) as never,
    }).getBytes()
  }

  function finish(request: Api.SetClientDHParams): { reply: Buffer; done: ExchangedKey } | undefined {
    const exchange = offered
    if (!exchange || !sameNonces(exchange, request)) return undefined
    const encrypted = bytesOf(request.encryptedData)
    if (encrypted.length % 16 !== 0) return undefined
    const plain = igeDecrypt(encrypted, exchange.aesKey, exchange.aesIv)
    const reader = new extensions.BinaryReader(plain.subarray(20))
    const inner: unknown = reader.tgReadObject()
    if (!(inner instanceof Api.ClientDHInnerData) || !sameNonces(exchange, inner)) return undefined
    if (!sha1(plain.subarray(20, 20 + reader.tellPosition())).equals(plain.subarray(0, 20))) return undefined
    const gB = bigFromBytes(bytesOf(inner.gB))
    if (!isGoodPublicValue(gB)) return undefined

    const key = bytesFromBig(powerMod(gB, exchange.secret, dhPrime), 256)
    const digest = sha1(key)
    const hash1 = sha1(exchange.newNonce, Buffer.from([1]), digest.subarray(0, 8)).subarray(4)
    started = undefined
    offered = undefined
    return {
      done: {
        id: digest.subarray(12).toString("hex"),
        key,
        salt: xor(exchange.newNonce.subarray(0, 8), exchange.serverNonce.subarray(0, 8)),
      },
      reply: new Api.DhGenOk({
        nonce: request.nonce,
        serverNonce: request.serverNonce,
        newNonceHash1: fromTlBytes(hash1),
      }).getBytes(),
    }
  }

  return {
    answer(message) {
      const request = readRequest(message)
      if (request instanceof Api.ReqPqMulti || request instanceof Api.ReqPq) return { reply: start(request.nonce) }
      if (request instanceof Api.SetClientDHParams) return finish(request)
      const reply = request instanceof Api.ReqDHParams ? offer(request) : undefined
      return reply && { reply }
    },
  }
}

/** RSA_PAD backwards. @see https://core.telegram.org/mtproto/auth_key#presenting-proof-of-work-server-authentication */
function unpad(serverKey: ServerKey, encrypted: Buffer): Api.PQInnerData | Api.PQInnerDataDc | undefined {
  const opened = encrypted.length === 256 ? serverKey.decrypt(encrypted) : undefined
  if (!opened) return undefined
  const aesEncrypted = opened.subarray(32)
  const temporaryKey = xor(opened.subarray(0, 32), sha256(aesEncrypted))
  const withHash = igeDecrypt(aesEncrypted, temporaryKey, Buffer.alloc(32))
  const padded = Buffer.from(withHash.subarray(0, 192)).reverse()
  if (!sha256(temporaryKey, padded).equals(withHash.subarray(192))) return undefined
  const inner = readRequest(padded)
  return inner instanceof Api.PQInnerData || inner instanceof Api.PQInnerDataDc ? inner : undefined
}

function readRequest(bytes: Buffer): unknown {
  try {
    return new extensions.BinaryReader(bytes).tgReadObject()
  } catch {
    return undefined
  }
}

function sameNonces(exchange: Started, message: { nonce: TlInteger; serverNonce: TlInteger }): boolean {
  return (
    tlBytes(message.nonce, 16).equals(exchange.nonce) && tlBytes(message.serverNonce, 16).equals(exchange.serverNonce)
  )
}

/** The schema calls these fields strings; the library reads and writes them as bytes. */
const bytesOf = (value: unknown): Buffer => (Buffer.isBuffer(value) ? value : Buffer.alloc(0))

function wholeBlocks(data: Buffer): Buffer {
  return Buffer.concat([data, randomBytes((16 - (data.length % 16)) % 16)])
}
