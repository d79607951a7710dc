import { randomBytes } from "node:crypto"
import {
  base64url,
  createHoldfast,
  createVault,
  type Keyring,
  keyring,
  systemCipher,
  type TokenStore,
} from "../../packages/core/src/index.js"
import { acme } from "../../packages/testing/src/acme/acme-connector.js"
import { acmeApp } from "../../packages/testing/src/acme/acme-emulator.js"
import { exampleRow } from "../../packages/testing/src/example-row.js"
import { type Figure, figureOf, rounded } from "./statistics.js"

/** How fast everything is sealed under another key, by one process. */
export interface RotateKeys {
  /** Connections a second: read, opened, sealed anew and written back, acknowledged by the disk. */
  readonly perSecond: number
  readonly spread: Figure
  /** The same by this process's time on a processor, whoever else is at work on the machine. */
  readonly perCpuSecond: number
  readonly connections: number
}

const entries = ["k1", "k2"].map((id) => `${id}:${base64url(randomBytes(32))}`)
const secretBytes = 1_024

/** Fills an empty store and changes its keys from one to the other and back, so many times. */
export async function measureRotateKeys(
  store: TokenStore,
  { connections = 10_000, rounds = 5 } = {},
): Promise<RotateKeys> {
  const rings = [entries, [...entries].reverse()].map((ring) => keyring(ring.join(",")))
  await fill(store, connections, rings[0] as Keyring)
  const perSecond: number[] = []
  const perCpuSecond: number[] = []
  for (let round = 1; round <= rounds; round++) {
    const keys = rings[round % 2] as Keyring
    const holdfast = createHoldfast({ url: "https://app.example", connectors: [acme(acmeApp)], store, keys })
    const begunAt = performance.now()
    const cpuBefore = process.cpuUsage()
    const rotated = await holdfast.rotateKeys()
    const { user, system } = process.cpuUsage(cpuBefore)
    perSecond.push((connections * 1_000) / (performance.now() - begunAt))
    perCpuSecond.push((connections * 1_000_000) / (user + system))
    if (rotated.connections !== connections || rotated.unreadable + rotated.left > 0)
      throw new Error(`Not all was sealed anew: ${JSON.stringify(rotated)}`)
  }
  const spread = rounded(figureOf(perSecond), 0)
  return {
    perSecond: spread.median,
    spread,
    perCpuSecond: rounded(figureOf(perCpuSecond), 0).median,
    connections,
  }
}

async function fill(store: TokenStore, connections: number, keys: Keyring): Promise<void> {
  const vault = createVault({ keyring: keys, cipher: systemCipher() })
  const ids = Array.from({ length: connections }, () => `conn_${base64url(randomBytes(16))}`)
  const queue = ids.values()
  const worker = async () => {
    for (const id of queue) {
      const row = exampleRow(id, { keyId: vault.keyId })
      const secret = { accessToken: base64url(randomBytes(secretBytes * 0.75)) }
      const main = await vault.sealSlot(row, "main", 1, secret)
      await store.connections.insert({ ...row, sealed: { main } })
    }
  }
  await Promise.all(Array.from({ length: 8 }, worker))
}
