import ipaddr from "ipaddr.js"

// Public by its range, and yet the platform's own metadata service (Azure's "wire server").
const metadataAddresses = new Set(["168.63.129.16"])

/**
 * Whether an address is somewhere on the public internet. Private, loopback, link-local (cloud metadata), multicast, carrier
 * and reserved ranges are not, nor is any IPv6 form that carries such an IPv4 address.
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry/
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry/
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false
  // `process` turns the IPv4-mapped form `::ffff:10.0.0.1` into IPv4.
  const address = ipaddr.process(text)
  if (address.range() === "rfc6052") return isPublicAddress(embeddedIPv4(address.toByteArray()))
  return address.range() === "unicast" && !metadataAddresses.has(address.toString())
}

/** The address that NAT64 (`64:ff9b::/96`) leads to: its last four bytes. IPv6-only networks reach the public internet so. */
function embeddedIPv4(bytes: number[]): string {
  return bytes.slice(-4).join(".")
}
