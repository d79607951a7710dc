/** `pnpm connectors`: every connector, a line each. `pnpm --silent connectors --json`: their facts, as the docs generator reads them. */
import { factsOf, findConnectors } from "./connector-facts.js"

const facts = (await findConnectors()).map(factsOf)

if (process.argv.includes("--json")) {
  console.log(JSON.stringify(facts, null, 2))
} else {
  for (const { id, name, package: from, methods, operations } of facts) {
    const ways = methods.map((method) => method.id).join(", ")
    console.log(`${id.padEnd(24)} ${name.padEnd(24)} ${from.padEnd(24)} ${ways} · ${operations.length} operations`)
  }
}
