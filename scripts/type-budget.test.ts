import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { bin, type Finished, root, run } from "./workspace.js"

/**
 * A5: what 150 connectors in one `createHoldfast` cost the compiler, and whether a program that exports it emits declarations
 * (TS7056: too long to write down; TS2742: a type that cannot be named from there). Three packages as they are installed: core, a
 * package of connectors, and a program that depends on these two alone, so that zod cannot be named in it.
 */
const count = 150
/** Instantiations of the program. Today 6 000 with one connector, and some 70 more for each further one. */
const ceiling = 40_000

const scratch = mkdtempSync(join(tmpdir(), "holdfast-types-"))
const modules = join(scratch, "node_modules")
const core = join(scratch, "core")
const connectors = join(scratch, "connectors")
const program = join(scratch, "program")

const names = Array.from({ length: count }, (_, index) => `acme-${index}`)
const exported = (name: string) => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
const pascal = (name: string) => exported(name).replace(/^./, (letter) => letter.toUpperCase())

function connectorSource(name: string): string {
  const operation = (index: number) => `
    get_item_${index}: operation({
      summary: "Read an item",
      effect: "read",
      scopes: ["items"],
      input: z.object({ itemId: z.string(), limit: z.number().default(10), kind${index}: z.enum(["a", "b"]).optional() }),
      output: z.object({ id: z.string(), tags: z.array(z.object({ name: z.string(), at: z.number() })) }),
      run: (call, { itemId }) => call.http.get("/items/{id}", { path: { id: itemId }, output: item }),
    }),`
  return `import { defineConnector, operation } from "@holdfast/core"
import { z } from "zod"
const item = z.object({ id: z.string(), tags: z.array(z.object({ name: z.string(), at: z.number() })) })
const define = defineConnector({
  id: "${name}", vendor: "acme", name: "Acme", category: "other", documentation: "https://acme.example",
  methods: [], app: null, api: { baseUrl: "https://acme.example", authorization: "Bearer" }, errors: { codes: {} },
  identify: async () => ({ id: "1", label: "" }), check: async () => [],
  operations: {${[0, 1].map(operation).join("")}
  },
  setup: { url: "https://acme.example", steps: [] },
})
export interface ${pascal(name)}Connector extends ReturnType<typeof define> {}
export const ${exported(name)}: (options?: { clientId?: string }) => ${pascal(name)}Connector = define
`
}

const programSource = `import { createHoldfast, keyring, memoryStore } from "@holdfast/core"
import { ${names.map(exported).join(", ")} } from "acme-connectors"
export const holdfast = createHoldfast({
  url: "https://app.example.com/api/integrations",
  store: memoryStore(),
  keys: keyring(undefined),
  connectors: [${names.map((name) => `${exported(name)}()`).join(", ")}],
})
export const mine = holdfast.for({ tenantId: "t1" })
export async function item() {
  const connection = await mine.get("acme_149")
  return connection.run("get_item_1", { itemId: "i1" })
}
export const name: string = await item().then(({ tags }) => tags[0]?.name ?? "")
`

const options = {
  extends: join(root, "tsconfig.base.json"),
  compilerOptions: { noEmit: false, declaration: true, emitDeclarationOnly: true },
}

function write(path: string, content: string | object): void {
  mkdirSync(join(path, ".."), { recursive: true })
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content))
}

function compile(dir: string): Promise<Finished> {
  return run(bin("tsc"), ["-p", dir, "--extendedDiagnostics", "--pretty", "false"], dir)
}

describe("150 connectors in one createHoldfast (A5)", () => {
  let built: Finished
  let compiled: Finished

  beforeAll(async () => {
    mkdirSync(join(modules, "@holdfast"), { recursive: true })
    mkdirSync(core)
    symlinkSync(core, join(modules, "@holdfast/core"))
    symlinkSync(join(root, "packages/core/node_modules"), join(core, "node_modules"))
    write(join(core, "package.json"), { name: "@holdfast/core", type: "module", types: "./dist/index.d.ts" })
    write(join(core, "tsconfig.json"), {
      ...options,
      compilerOptions: { ...options.compilerOptions, outDir: "dist", rootDir: join(root, "packages/core/src") },
      files: [join(root, "packages/core/src/index.ts")],
    })
    const declared = await compile(core)
    if (declared.code !== 0) throw new Error(`core does not compile:\n${declared.output}`)

    mkdirSync(join(connectors, "node_modules"), { recursive: true })
    symlinkSync(connectors, join(modules, "acme-connectors"))
    symlinkSync(join(root, "packages/core/node_modules/zod"), join(connectors, "node_modules/zod"))

    for (const name of names) write(join(connectors, "src", `${name}.ts`), connectorSource(name))
    write(join(connectors, "src/index.ts"), names.map((name) => `export * from "./${name}.js"`).join("\n"))
    write(join(connectors, "package.json"), { name: "acme-connectors", type: "module", types: "./dist/index.d.ts" })
    write(join(connectors, "tsconfig.json"), {
      ...options,
      compilerOptions: { ...options.compilerOptions, outDir: "dist", rootDir: "src" },
      files: ["src/index.ts"],
    })
    built = await compile(connectors)

    write(join(program, "package.json"), { name: "program", type: "module" })
    write(join(program, "index.ts"), programSource)
    write(join(program, "tsconfig.json"), {
      ...options,
      compilerOptions: { ...options.compilerOptions, outDir: "dist", rootDir: "." },
      files: ["index.ts"],
    })
    compiled = await compile(program)
  }, 300_000)

  afterAll(() => rmSync(scratch, { recursive: true, force: true }))

  it("compiles the package of connectors", () => {
    expect(built.output).not.toMatch(/error TS/)
    expect(built.code).toBe(0)
  })

  it("types every connector, and what an operation answers", () => {
    expect(compiled.output).not.toMatch(/error TS/)
    expect(compiled.code).toBe(0)
  })

  it(`stays below ${ceiling} instantiations`, () => {
    const instantiations = Number(/^Instantiations:\s+(\d+)/m.exec(compiled.output)?.[1])
    expect(instantiations).toBeGreaterThan(0)
    expect(instantiations).toBeLessThan(ceiling)
  })

  it("emits declarations that name the connectors and nothing of zod", () => {
    const declarations = readFileSync(join(program, "dist/index.d.ts"), "utf8")
    expect(declarations).toContain("Acme149Connector")
    expect(declarations).toMatch(/holdfast: (import\("@holdfast\/core"\)\.)?Holdfast</)
    expect(declarations).not.toMatch(/zod|\bany\b/)
    expect(declarations.length).toBeLessThan(count * 200)
  })
})
