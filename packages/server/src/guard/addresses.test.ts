import { expect, test } from "vitest"
import { isPublicAddress } from "./addresses.js"

test.each([
  ["10.1.2.3", "private"],
  ["172.16.0.1", "private"],
  ["192.168.1.1", "private"],
  ["127.0.0.1", "loopback"],
  ["0.0.0.0", "this host"],
  ["169.254.169.254", "link-local: cloud metadata"],
  ["100.100.100.200", "carrier-grade NAT: another cloud's metadata"],
  ["192.0.0.192", "reserved: another cloud's metadata"],
  ["168.63.129.16", "a cloud's wire server, in a public range"],
  ["224.0.0.1", "multicast"],
  ["255.255.255.255", "broadcast"],
  ["198.18.0.1", "benchmarking"],
  ["240.0.0.1", "reserved"],
  ["::", "unspecified"],
  ["::1", "loopback"],
  ["fe80::1", "link-local"],
  ["fe80::1%eth0", "link-local with a zone"],
  ["fd00:ec2::254", "unique local: cloud metadata"],
  ["ff02::1", "multicast"],
  ["::ffff:127.0.0.1", "IPv4-mapped loopback"],
  ["::ffff:a9fe:a9fe", "IPv4-mapped metadata, in hex"],
  ["64:ff9b::a9fe:a9fe", "NAT64 of metadata"],
  ["2002:7f00:1::", "6to4 of loopback"],
  ["2001:0:4136:e378:8000:63bf:3fff:fdd2", "Teredo"],
  ["2001:db8::1", "documentation"],
  ["not an address", "nothing"],
])("%s is not public (%s)", (address) => {
  expect(isPublicAddress(address)).toBe(false)
})

test.each(["93.184.216.34", "1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"])(
  "%s is public",
  (address) => {
    expect(isPublicAddress(address)).toBe(true)
  },
)
