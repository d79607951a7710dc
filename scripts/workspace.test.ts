import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { createVitest } from "vitest/node"
import { root, workspacePackages } from "./workspace.js"

const skipped = new Set(["node_modules", "dist", ".git"])

function testFiles(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name)
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : testFiles(path)
    return entry.name.endsWith(".test.ts") ? [path] : []
  })
}

test("every test file of the repository runs in exactly one project, under the guards and on sources", async () => {
  const vitest = await createVitest("test", { watch: false, run: true, root, api: false })
  try {
    for (const project of vitest.projects) {
      expect(project.config.setupFiles, project.name).toContain(join(root, "scripts/test-setup.ts"))
      expect(project.vite.config.ssr.resolve?.conditions, project.name).toContain("@holdfast/source")
    }
    const planned = (await vitest.globTestSpecifications()).map(({ moduleId }) => moduleId)
    expect(planned.sort()).toEqual(testFiles(root.replace(/\/$/, "")).sort())
  } finally {
    await vitest.close()
  }
})

test("every package says the same things about itself", () => {
  for (const { dir, manifest } of workspacePackages().filter((found) => !found.manifest.private)) {
    expect(manifest, dir).toMatchObject({
      type: "module",
      license: "MIT",
      files: expect.arrayContaining(["dist", "src", "!src/**/*.test.ts"]),
      publishConfig: { access: "public" },
      engines: { node: ">=20.19" },
    })
    // Elements are defined by importing them; nothing else does anything by that.
    const { sideEffects } = manifest as { sideEffects?: unknown }
    if (sideEffects !== false) expect([manifest.name, sideEffects]).toEqual(["@holdfast/client", expect.any(Array)])
    expect(manifest.dependencies ?? {}, `${dir}: a sibling is a peer`).not.toHaveProperty(["@holdfast/core"])
  }
})

test("core depends on no sibling", () => {
  const core = workspacePackages().find(({ manifest }) => manifest.name === "@holdfast/core")
  const names = Object.keys({ ...core?.manifest.dependencies, ...core?.manifest.peerDependencies })
  expect(names.filter((name) => name.startsWith("@holdfast/"))).toEqual([])
})

test("no file of core names a provider", () => {
  // Providers whose names are words of no other kind; a list, so that a new connector called `line` or `front` edits nothing here.
  const names =
    "airtable|anthropic|asana|atlassian|calendly|canva|clickup|discord|figma|github|gmail|gohighlevel|google|hubspot|jira|kajabi|kartra|mailchimp|mailerlite|microsoft|notion|openai|outlook|paypal|pipedrive|plaid|quickbooks|salesforce|sendgrid|shopify|slack|spotify|stripe|telegram|trello|woocommerce|wordpress|xero|zendesk|zoho|zoom"
  const pattern = new RegExp(`(?<![a-z])(${names})`, "i")
  const core = join(root, "packages/core/src")
  const sources = readdirSync(core, { recursive: true, encoding: "utf8" }).filter(
    (path) => path.endsWith(".ts") && !/\.test(-d)?\.ts$|(^|\/)(contract-walk\/|test-)/.test(path),
  )
  expect(sources.length).toBeGreaterThan(100)
  const named = sources.flatMap((path) =>
    readFileSync(join(core, path), "utf8")
      .split("\n")
      .filter((line) => pattern.test(line))
      .map((line) => `${path}: ${line.trim()}`),
  )
  expect(named).toEqual([])
})

test("every package of connectors is held to the errors that its providers document", () => {
  const suites = (dir: string) =>
    testFiles(join(root, dir)).filter((path) => readFileSync(path, "utf8").includes("errorCorpusSuite("))
  const connectors = workspacePackages().filter(({ dir }) => dir.startsWith("packages/connectors/"))
  expect(connectors.length).toBeGreaterThan(20)
  expect(connectors.filter(({ dir }) => suites(dir).length === 0).map(({ dir }) => dir)).toEqual([])
})

// Packages are peers of each other, so anything above a patch would take them all to 1.0 at once.
test("until 1.0 every changeset is a patch", () => {
  const dir = join(root, ".changeset")
  for (const file of readdirSync(dir).filter((name) => name.endsWith(".md"))) {
    expect(readFileSync(join(dir, file), "utf8"), file).not.toMatch(/: (major|minor)$/m)
  }
})
