/** `pnpm demo`: the app with every provider on loopback. `pnpm demo --once [connector …]`: all of it without a person. */
import { createInterface } from "node:readline"
import { parseArgs } from "node:util"
import { startDemo } from "./demo/demo-run.js"
import { guide } from "./demo/guide.js"
import { isComplete, runOnce } from "./demo/once.js"
import { printTable } from "./demo/print-table.js"

const { values, positionals: connectors } = parseArgs({
  allowPositionals: true,
  options: { once: { type: "boolean", default: false } },
})

const startedAt = performance.now()
const seconds = () => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`
const demo = await startDemo({ port: values.once ? 0 : 3000 })

let stopping: Promise<void> | undefined
function stop(): Promise<void> {
  stopping ??= demo.stop()
  return stopping
}
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    if (values.once) process.exitCode = 130
    void stop().then(() => process.exit())
  })
}

if (values.once) {
  const results = await runOnce({
    world: demo.world,
    app: demo.app,
    url: demo.url,
    ...(connectors.length > 0 && { connectors }),
    onRow: (result) => console.log(`${isComplete(result) ? "ok   " : "WRONG"} ${result.connector} (${seconds()})`),
  }).finally(stop)
  console.log(`\n${printTable(results)} in ${seconds()}`)
  if (results.length === 0 || !results.every(isComplete)) process.exitCode = 1
} else {
  console.log(guide(demo.url, demo.world))
  // Keys are read where somebody is there to press them.
  if (process.stdin.isTTY) {
    const lines = createInterface({ input: process.stdin })
    lines.on("line", async () => {
      const before = demo.app.pid
      await demo.app.restart()
      console.log(`The app runs in a new process: ${before} → ${demo.app.pid}. What was connected still is.`)
    })
    lines.on("SIGINT", () => process.emit("SIGINT"))
  }
}
