/** Turns the template, `examples/connector`, into another connector's package: everything that says Acme says its name. */

/** A file of a new package, its path from the package's folder. */
export interface TemplateFile {
  path: string
  text: string
}

/** Ids are kebab-case: lower-case words and digits, joined by single hyphens. */
export function isConnectorId(id: string): boolean {
  return /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id)
}

/** `acme-crm` as every spelling that the template has of its own name. */
function spellings(id: string) {
  const words = id.split("-")
  const capital = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1))
  return {
    kebab: id,
    snake: words.join("_").toUpperCase(),
    pascal: capital.join(""),
    camel: words[0] + capital.slice(1).join(""),
    human: capital.join(" "),
  }
}

/** `acme-crm` as people read it, until its connector says better: `Acme Crm`. */
export function humanName(id: string): string {
  return spellings(id).human
}

// Every spelling in one pass, so that an id which holds the template's own name is not rewritten twice.
const ownName = new RegExp(
  [
    "(?<snake>\\bACME(?=_|\\b))",
    // In quotes, paths, host names and package names it is the id; elsewhere an identifier.
    '(?<kebab>(?<=["/@`.-])acme(?=["/`.-])|(?<=@holdfast/)acme\\b|\\bacme(?=\\.example|-))',
    "(?<camel>\\bacme(?=[A-Z]|\\b))",
    "(?<pascal>\\bAcme(?=[A-Z]))",
    "(?<human>\\bAcme\\b)",
  ].join("|"),
  "g",
)

/** One file of the template, renamed and rewritten for `id`. */
export function forConnector(id: string, { path, text }: TemplateFile): TemplateFile {
  const names: Readonly<Record<string, string>> = spellings(id)
  const rewritten = text.replace(ownName, (found, ...rest) => {
    const groups = rest.at(-1) as Record<string, string | undefined>
    const spelling = Object.keys(groups).find((name) => groups[name] !== undefined)
    return names[spelling ?? ""] ?? found
  })
  return { path: path.replace(/\bacme\b/g, id), text: rewritten }
}

interface Manifest {
  [field: string]: unknown
  description: string
  exports: unknown
  dependencies: unknown
  devDependencies: unknown
}

/** The template's `package.json` as a published connector has it. */
export function publishedManifest(id: string, version: string, template: Manifest) {
  return {
    name: `@holdfast/${id}`,
    version,
    description: template.description,
    keywords: ["oauth", "integrations", "connector", "holdfast"],
    license: "MIT",
    type: "module",
    sideEffects: false,
    exports: template.exports,
    files: ["dist", "src", "!src/**/*.test.ts", "!src/error-corpus.ts"],
    engines: { node: ">=20.19" },
    publishConfig: { access: "public" },
    scripts: { build: "tsup", typecheck: "tsc --noEmit" },
    dependencies: template.dependencies,
    peerDependencies: { "@holdfast/core": "workspace:^", "@holdfast/emulator": "workspace:^" },
    peerDependenciesMeta: { "@holdfast/emulator": { optional: true } },
    devDependencies: template.devDependencies,
  }
}
