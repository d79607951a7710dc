/**
 * `pnpm prove [part …] [--bounded] [--json] [--allow-missing]`: how many storms were tried, and what was lost. All parts, or those named.
 * `pnpm --silent prove --json` prints the figures and nothing else. Exits with 1 on any loss, and when a part could not do its work.
 */
import type { Part, PartName } from "./prove/part.js"
import { figuresOf, runParts, tableOf } from "./prove/run-parts.js"

const parts: Partial<Record<PartName, () => Promise<Part>>> = {
  simulation: async () => (await import("./prove/simulation.js")).simulation,
  time: async () => (await import("./prove/time.js")).time,
  kill: async () => (await import("./prove/kill.js")).kill,
  canary: async () => (await import("./prove/canary.js")).canary,
  herd: async () => (await import("./prove/herd.js")).herd,
  outage: async () => (await import("./prove/outage.js")).outage,
}

const given = process.argv.slice(2)
const flags = new Set(given.filter((word) => word.startsWith("--")))
const names = given.filter((word) => !word.startsWith("--"))
const known = Object.keys(parts) as PartName[]
const unknown = [
  ...names.filter((name) => !known.some((part) => part === name)),
  ...[...flags].filter((flag) => !["--bounded", "--json", "--allow-missing"].includes(flag)),
]

// An exit of one's own, so that what was started is ended with it.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1))

if (unknown.length > 0) {
  console.error(`Not a part or option: ${unknown.join(" ")}. Parts: ${known.join(", ")}.`)
  process.exitCode = 2
} else {
  const wanted = Object.entries(parts).filter(([name]) => names.length === 0 || names.includes(name))
  const proofs = await runParts(wanted as [PartName, () => Promise<Part>][], {
    bounded: flags.has("--bounded"),
    allowMissing: flags.has("--allow-missing"),
    log: (line) => console.error(line),
    now: () => performance.now(),
  })
  const table = tableOf(proofs)
  if (flags.has("--json")) console.log(JSON.stringify(figuresOf(proofs), null, 2))
  // Where the figures go to a machine, why it failed still goes to a person.
  for (const line of table) flags.has("--json") ? console.error(line) : console.log(line)
  if (proofs.some(({ failures }) => failures.length > 0)) process.exitCode = 1
}
