/** `count-tests-cli.ts REPORT EXIT-CODE`: what a vitest run came to, `N passed, N failed` last. */
import { countTests } from "./count-tests.js"

const [file = "", exitCode = "1"] = process.argv.slice(2)
const { passed, failed, problems } = countTests(file, Number(exitCode), process.env)
for (const problem of problems) console.log(problem)
console.log(`${passed} passed, ${failed} failed`)
