import { createHash, pbkdf2Sync, randomBytes, timingSafeEqual } from "node:crypto"
import { xor } from "./ige.js"
import {
  bigFromBytes,
  bytesFromBig,
  dhGenerator,
  dhPrime,
  isGoodPublicValue,
  powerMod,
  randomExponent,
} from "./numbers.js"

/** What a server keeps of a two-step verification password: salts and the verifier, never the password. */
export interface PasswordVerifier {
  readonly salt1: Buffer
  readonly salt2: Buffer
  readonly verifier: bigint
  readonly hint?: string
}

/** One question put to a client: `B`, and what is needed to judge the answer. */
export interface SrpChallenge {
  readonly b: bigint
  readonly publicB: Buffer
}

const sha256 = (...parts: Buffer[]) => createHash("sha256").update(Buffer.concat(parts)).digest()
const primeBytes = bytesFromBig(dhPrime, 256)
const generatorBytes = bytesFromBig(BigInt(dhGenerator), 256)
const multiplier = bigFromBytes(sha256(primeBytes, generatorBytes))

/** @see https://core.telegram.org/api/srp#setting-a-new-2fa-password */
export function makeVerifier(password: string, hint?: string): PasswordVerifier {
  const salt1 = randomBytes(40)
  const salt2 = randomBytes(16)
  const x = bigFromBytes(hashPassword(Buffer.from(password, "utf8"), salt1, salt2))
  const verifier = powerMod(BigInt(dhGenerator), x, dhPrime)
  return { salt1, salt2, verifier, ...(hint !== undefined && { hint }) }
}

export function challenge({ verifier }: PasswordVerifier): SrpChallenge {
  for (;;) {
    const b = randomExponent()
    const value = (multiplier * verifier + powerMod(BigInt(dhGenerator), b, dhPrime)) % dhPrime
    if (isGoodPublicValue(value)) return { b, publicB: bytesFromBig(value, 256) }
  }
}

/**
 * Whether `M1` proves that the client knows the password.
 *
 * @see https://core.telegram.org/api/srp#checking-the-password-with-srp
 */
export function proves(stored: PasswordVerifier, asked: SrpChallenge, publicA: Buffer, proof: Buffer): boolean {
  const a = bigFromBytes(publicA)
  if (publicA.length !== 256 || !isGoodPublicValue(a)) return false
  const u = bigFromBytes(sha256(publicA, asked.publicB))
  const shared = powerMod((a * powerMod(stored.verifier, u, dhPrime)) % dhPrime, asked.b, dhPrime)
  const expected = sha256(
    xor(sha256(primeBytes), sha256(generatorBytes)),
    sha256(stored.salt1),
    sha256(stored.salt2),
    publicA,
    asked.publicB,
    sha256(bytesFromBig(shared, 256)),
  )
  return proof.length === expected.length && timingSafeEqual(proof, expected)
}

function hashPassword(password: Buffer, salt1: Buffer, salt2: Buffer): Buffer {
  const salted = (data: Buffer, salt: Buffer) => sha256(salt, data, salt)
  const first = salted(salted(password, salt1), salt2)
  return salted(pbkdf2Sync(first, salt1, 100_000, 64, "sha512"), salt2)
}
