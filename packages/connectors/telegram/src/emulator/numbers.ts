import { randomBytes } from "node:crypto"
import { helpers } from "teleproto"

/** The TL library's own big integer, which its `long`, `int128` and `int256` fields hold. */
export type TlInteger = ReturnType<typeof helpers.returnBigInt>

/** For a `long` field. */
export const tlInteger = (value: bigint | number): TlInteger => helpers.returnBigInt(value)

/** A signed 64-bit id that nobody guesses, positive so that it prints the same everywhere. */
export const randomLong = (): TlInteger => tlInteger(randomBytes(8).readBigUInt64LE() >> 1n)

/** The bytes that a `long`, `int128` or `int256` field stands for. */
export const tlBytes = (value: TlInteger, byteLength: number): Buffer => helpers.toSignedLittleBuffer(value, byteLength)

/** The field value that these bytes stand for. */
export const fromTlBytes = (bytes: Buffer): TlInteger => helpers.readBigIntFromBuffer(bytes, true, true)

export function bigFromBytes(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString("hex")}`)
}

/** Big-endian, padded with zeroes in front. Without `byteLength` as short as it gets. */
export function bytesFromBig(value: bigint, byteLength?: number): Buffer {
  const hex = value.toString(16)
  return Buffer.from(hex.padStart(byteLength ? byteLength * 2 : hex.length + (hex.length % 2), "0"), "hex")
}

/** base ** exponent mod modulus. */
export function powerMod(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  let square = base % modulus
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}

/** The 2048-bit safe prime that Telegram's servers give, here too: client libraries know it as good, with generator 3.
 * @see https://core.telegram.org/mtproto/samples-auth_key */
export const dhPrime = BigInt(
  `0x${[
    "c71caeb9c6b1c9048e6c522f70f13f73980d40238e3e21c14934d037563d930f",
    "48198a0aa7c14058229493d22530f4dbfa336f6e0ac925139543aed44cce7c37",
    "20fd51f69458705ac68cd4fe6b6b13abdc9746512969328454f18faf8c595f64",
    "2477fe96bb2a941d5bcd1d4ac8cc49880708fa9b378e3c4f3a9060bee67cf9a4",
    "a4a695811051907e162753b56b0f6b410dba74d8a84b2a14b3144e0ef1284754",
    "fd17ed950d5965b4b9dd46582db1178d169c6bc465b0d6ff9ca3928fef5b9ae4",
    "e418fc15e83ebea0f87fa9ff5eed70050ded2849f47bf959d956850ce929851f",
    "0d8115f635b105ee2e4e15d04b2454bf6f4fadf034b10403119cd8e3b92fcc5b",
  ].join("")}`,
)
export const dhGenerator = 3

/** Whether a public value is in the range that both sides must refuse to leave: 2^1984 < value < prime - 2^1984.
 * @see https://core.telegram.org/mtproto/security_guidelines#g-a-and-g-b-validation */
export function isGoodPublicValue(value: bigint): boolean {
  const edge = 1n << 1984n
  return value > edge && value < dhPrime - edge
}

export const randomExponent = (): bigint => bigFromBytes(randomBytes(256))

const candidates = (() => {
  const primes: bigint[] = []
  // Above 2^20, so that the product is past what a table or a float would do, and yet is factored at once in a test.
  for (let n = (1 << 20) + 1; primes.length < 64; n += 2) if (isPrime(n)) primes.push(BigInt(n))
  return primes
})()

function isPrime(n: number): boolean {
  for (let divisor = 3; divisor * divisor <= n; divisor += 2) if (n % divisor === 0) return false
  return n % 2 === 1
}

/** Two distinct primes, the smaller one first, whose product a client must factor as proof of work. */
export function primePair(): { p: bigint; q: bigint } {
  const [first = 0, second = 0] = randomBytes(2)
  const i = first % candidates.length
  const j = (i + 1 + (second % (candidates.length - 1))) % candidates.length
  const [p = 0n, q = 0n] = [candidates[Math.min(i, j)], candidates[Math.max(i, j)]]
  return { p, q }
}
