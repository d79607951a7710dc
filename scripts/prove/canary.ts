import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Capture, type Channel, channels, createCapture } from "./canary-capture.js"
import { tour } from "./canary-tour.js"
import { canaryWorld } from "./canary-world.js"
import type { Part } from "./part.js"

/** How many secrets came to light, of how many that were there, in how much that was said. */
export interface CanaryFigures {
  readonly found: number
  readonly planted: number
  readonly captured: Readonly<Record<Channel, number>>
}

/** Secrets planted everywhere, a whole life of connections with a provider that hands them all back, and a search of all that was said. */
export const canary: Part<CanaryFigures> = {
  name: "canary",
  async run({ log }) {
    const folder = mkdtempSync(join(tmpdir(), "holdfast-canary-"))
    const clear = () => rmSync(folder, { recursive: true, force: true })
    process.once("exit", clear)
    const capture = createCapture(folder)
    const listening = overhear(capture)
    try {
      const world = canaryWorld(folder, capture)
      await tour(world, capture)
      await world.close()
      capture.files()
      log(`canary: ${world.saboteur.played()} requests were answered with their own secrets`)
      return resultOf(capture, log)
    } finally {
      listening.stop()
      process.off("exit", clear)
      clear()
    }
  },
}

/** What is written to this process's own output meanwhile, by whomever: it is passed on, and captured. */
function overhear(capture: Capture): { stop(): void } {
  const streams = [process.stdout, process.stderr]
  const real = streams.map((stream) => stream.write)
  for (const [at, stream] of streams.entries()) {
    stream.write = ((chunk: string | Uint8Array, ...rest: never[]) => {
      capture.output(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8"))
      return (real[at] as typeof stream.write).call(stream, chunk, ...rest)
    }) as typeof stream.write
  }
  return {
    stop() {
      for (const [at, stream] of streams.entries()) stream.write = real[at] as typeof stream.write
    },
  }
}

function resultOf(capture: Capture, log: (line: string) => void) {
  const captured = capture.counts()
  const planted = capture.planted()
  const figures = { found: capture.found().length, planted, captured }
  // The report itself is the last thing that is said.
  capture.output(JSON.stringify(figures))
  const sightings = capture.found()
  for (const { where, secret, as } of sightings) log(`LEAKED: ${secret} in ${where}, ${as}`)
  const silent = channels.filter((channel) => channel !== "output" && captured[channel] === 0)
  const things = Object.values(captured).reduce((sum, count) => sum + count, 0)
  return {
    figures: { ...figures, found: sightings.length },
    losses: sightings.length,
    row: `${planted} secrets looked for in ${things.toLocaleString("en")} logs, errors, events, files, answers and addresses`,
    ...(silent.length > 0 && { unfinished: `nothing was captured of: ${silent.join(", ")}` }),
  }
}
