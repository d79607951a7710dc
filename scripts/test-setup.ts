import dgram from "node:dgram"
import dns from "node:dns"
import { syncBuiltinESMExports } from "node:module"
import { Socket } from "node:net"
import { format } from "node:util"
import { afterEach } from "vitest"
import { isLoopback, noteViolation, takeViolations } from "./test-guard.js"

const installed = Symbol.for("holdfast.test.installed")
const shared = globalThis as { [installed]?: boolean }

function refuse(host: string): Error {
  noteViolation(`network: ${host} is not this machine`)
  return new Error(`Tests may only reach 127.0.0.1, not ${host}`)
}

/** `connect(port, host)`, `connect(path)`, `connect({ host, port })`, and node's own `connect([options, cb])`. */
function targetHost(args: unknown[]): string | undefined {
  const [first, second] = Array.isArray(args[0]) ? args[0] : args
  if (typeof first === "object" && first !== null) {
    const { host, path } = first as { host?: string; path?: string | null }
    return path ? undefined : (host ?? "localhost")
  }
  if (typeof first === "string" && Number.isNaN(Number(first))) return undefined // a unix socket
  return typeof second === "string" ? second : "localhost"
}

function guardNetwork(): void {
  const connect = Socket.prototype.connect
  Socket.prototype.connect = function (this: Socket, ...args: unknown[]) {
    const host = targetHost(args)
    if (host !== undefined && !isLoopback(host)) throw refuse(host)
    return Reflect.apply(connect, this, args)
  } as typeof connect

  const fetch = globalThis.fetch
  globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : String(input))
    if (/^https?:$/.test(url.protocol) && !isLoopback(url.hostname)) throw refuse(url.hostname)
    return fetch(input, init)
  }

  // Any look-up leaves the machine but those the hosts file answers.
  const lookup = dns.lookup
  dns.lookup = ((host: string, ...rest: unknown[]) => {
    if (!isLoopback(host) && !/^[\d.]+$|:/.test(host)) throw refuse(host)
    return Reflect.apply(lookup, dns, [host, ...rest])
  }) as typeof lookup
  const lookupAsync = dns.promises.lookup
  dns.promises.lookup = (async (host: string, ...rest: unknown[]) => {
    if (!isLoopback(host) && !/^[\d.]+$|:/.test(host)) throw refuse(host)
    return Reflect.apply(lookupAsync, dns.promises, [host, ...rest])
  }) as typeof lookupAsync

  dgram.Socket.prototype.connect = (_port: number, host?: unknown) => {
    throw refuse(`udp ${typeof host === "string" ? host : "socket"}`)
  }
  syncBuiltinESMExports()
}

function guardConsole(): void {
  for (const method of ["debug", "error", "info", "log", "trace", "warn"] as const) {
    console[method] = (...args: unknown[]) => noteViolation(`console.${method}: ${format(...args).slice(0, 500)}`)
  }
}

// Without isolation the file runs once a test file in one process; wrapping a wrapper would only add depth.
if (!shared[installed]) {
  shared[installed] = true
  guardNetwork()
}
guardConsole()

afterEach(() => {
  const seen = takeViolations()
  if (seen.length > 0) throw new Error(`The test did what no test may do:\n${seen.join("\n")}`)
})
