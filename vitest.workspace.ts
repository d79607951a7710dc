import { fileURLToPath } from "node:url"
import { defaultClientConditions, defaultServerConditions } from "vite"
import { defineConfig } from "vitest/config"

const setup = fileURLToPath(new URL("./scripts/test-setup.ts", import.meta.url))
const source = "@holdfast/source"

/** Folders are discovered, so a new package or connector edits nothing here. */
function project(name: string, include: string[], exclude: string[] = []) {
  return {
    extends: true as const,
    test: { name, include, exclude: ["**/node_modules/**", "**/dist/**", ...exclude] },
  }
}

export default defineConfig({
  // Siblings resolve to their `src`, so tests need no build.
  resolve: { conditions: [source, ...defaultClientConditions] },
  ssr: { resolve: { conditions: [source, ...defaultServerConditions], externalConditions: [source] } },
  test: {
    setupFiles: [setup],
    execArgv: [`--conditions=${source}`],
    // What is waited for comes late on a busy machine, and is waited for. What never comes ends here.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    // Half of what tests do is wait: for timers, processes, servers. The default leaves one of two cores idle.
    maxWorkers: 2,
    projects: [
      project("core", ["packages/core/src/**/*.test.ts"]),
      project("packages", ["packages/*/src/**/*.test.ts"], ["packages/core/**"]),
      project("connectors", ["packages/connectors/*/src/**/*.test.ts"]),
      project("examples", ["examples/*/src/**/*.test.ts"]),
      project("scripts", ["scripts/**/*.test.ts"]),
    ],
  },
})
