import { lookup } from "node:dns/promises"
import { isIP } from "node:net"
import { type Guard, HoldfastError } from "@holdfast/core"
import type { MailServer } from "./servers.js"

/** An address to connect to, and the name that the certificate must be for. */
export interface Reached {
  readonly address: string
  readonly servername: string | undefined
}

/**
 * Asks the guard for a server. It answers no address, so the name is resolved here, and each address must pass it by itself: whatever
 * a second answer of the DNS says, only an address that was let through is connected to.
 *
 * @throws HoldfastError `host_forbidden`; `provider_unavailable` for a name that does not resolve
 */
export async function reach(guard: Guard, { host, port }: MailServer): Promise<Reached> {
  await guard(host, port)
  if (isIP(host)) return { address: host, servername: undefined }
  const [address] = await addressesOf(host)
  if (address === undefined) throw unresolved()
  await guard(address, port)
  return { address, servername: host }
}

async function addressesOf(host: string): Promise<readonly string[]> {
  try {
    // Hosts without IPv6 are still common among servers.
    const found = await lookup(host, { all: true })
    return found.toSorted((one, other) => one.family - other.family).map(({ address }) => address)
  } catch {
    throw unresolved()
  }
}

function unresolved(): HoldfastError {
  return new HoldfastError("provider_unavailable", "The name of the mail server does not resolve to an address.", {
    details: { connector: "email", reason: "unsent" },
  })
}
