import { createInterface } from "node:readline"
import { type Manner, openHoldfast, type RingName } from "./kill-acme.js"
import { type ActName, acts } from "./kill-acts.js"
import { type Place, seamsAt } from "./kill-place.js"
import { gate, nameOf, type Point } from "./kill-seams.js"

/** What a process is to do, and where it is to die. */
export interface Orders {
  readonly act: ActName
  readonly place: Place
  readonly reroute: Readonly<Record<string, string>>
  /** Milliseconds since the epoch: its clock stands still. */
  readonly now: number
  readonly connectionId: string
  /** Absent: it lives, and tells where it could have died. */
  readonly dieAt?: Point
}

/** A line of its: what a person has in hand meanwhile, or where it passed, at the end. */
export interface Said {
  readonly attempt?: string
  readonly back?: string
  readonly delivered?: string
  readonly passed?: readonly Point[]
}

const say = (line: Said) => void process.stdout.write(`${JSON.stringify(line)}\n`)

/** Nothing behind this line is ever run. */
function die(): never {
  process.kill(process.pid, "SIGKILL")
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}

/** Jitter is one byte, and the same in every process: they pass the same points. */
function random(byteLength: number): Uint8Array {
  return byteLength === 1 ? Uint8Array.of(128) : crypto.getRandomValues(new Uint8Array(byteLength))
}

const { value: first } = await createInterface({ input: process.stdin })[Symbol.asyncIterator]().next()
const orders = JSON.parse(first ?? "{}") as Orders
const passed: Point[] = []
const wanted = orders.dieAt && nameOf(orders.dieAt)
const { through } = gate((point) => {
  if (wanted === undefined) passed.push(point)
  else if (nameOf(point) === wanted) die()
})
const now = () => orders.now
const { seams, close } = seamsAt(orders.place, now, (request) => fetch(request))
const { fetch: send, digest, ...rest } = through(seams)
const act = acts[orders.act]
const manner: Manner = act.manner
const ring: RingName = act.ring
const holdfast = openHoldfast(manner, {
  ...rest,
  ring,
  reroute: orders.reroute,
  runtime: { clock: { now, monotonic: () => performance.now() }, fetch: send, digest, random },
})
holdfast.onLifecycle(({ type }) => say({ delivered: type }))
await act.perform({ holdfast, connectionId: orders.connectionId, fetch: (input, init) => fetch(input, init), say })
await holdfast.close()
await close()
say({ passed })
process.stdin.destroy()
