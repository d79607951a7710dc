import { readdirSync, readFileSync } from "node:fs"
import { join, relative } from "node:path"

const ignored = new Set(["node_modules", "dist", ".git", "coverage", ".changeset"])

function* markdownFiles(dir: string): Generator<string> {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    if (entry.isDirectory() && !ignored.has(entry.name)) yield* markdownFiles(join(dir, entry.name))
    else if (entry.isFile() && entry.name.endsWith(".md") && entry.name !== "CHANGELOG.md") yield join(dir, entry.name)
  }
}

/** One TypeScript block of a page. */
export interface CodeBlock {
  /** The page, from the root, with the block's first line: `docs/start.md:12`. */
  at: string
  page: string
  /** What its first line names it, `// server.ts`; other blocks of the page can import it. */
  name: string | undefined
  code: string
}

/** Every TypeScript block of one page. */
export function codeBlocks(page: string, text: string): CodeBlock[] {
  const blocks: CodeBlock[] = []
  for (const match of text.matchAll(/^```(?:ts|tsx|typescript)\b[^\n]*\n([\s\S]*?)^```/gm)) {
    const code = match[1] ?? ""
    const line = text.slice(0, match.index).split("\n").length + 1
    blocks.push({ at: `${page}:${line}`, page, name: /^\/\/ ([\w-]+\.tsx?)\b/.exec(code)?.[1], code })
  }
  return blocks
}

/** A page of the documentation. */
export interface Page {
  /** Its path from the root. */
  path: string
  text: string
}

/** Every page under `dir`. */
export function documentedPages(dir: string): Page[] {
  return [...markdownFiles(dir)].map((file) => ({ path: relative(dir, file), text: readFileSync(file, "utf8") }))
}

/** Every TypeScript block of every page under `dir`. */
export function documentedCode(dir: string): CodeBlock[] {
  return documentedPages(dir).flatMap(({ path, text }) => codeBlocks(path, text))
}

/** Cells of every row of a page's tables whose first cell is one word in code: `| \`active\` | … |`. */
export function tableRows(text: string): string[][] {
  const lines = text.split("\n").filter((line) => /^\| `[\w.]+` \|/.test(line))
  return lines.map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

/** The part of a page below a heading, up to the next of the same or a higher level. */
export function sectionOf(text: string, heading: string): string {
  const [start, level] = [text.indexOf(`${heading}\n`), /^#+/.exec(heading)?.[0].length ?? 1]
  if (start < 0) throw new Error(`there is no "${heading}"`)
  const rest = text.slice(start + heading.length)
  const end = rest.search(new RegExp(`^#{1,${level}} `, "m"))
  return end < 0 ? rest : rest.slice(0, end)
}

/** Where a page's links lead, without those to other sites. */
export function localLinks({ text }: Page): string[] {
  const prose = text.replace(/^```[\s\S]*?^```/gm, "").replace(/`[^`\n]*`/g, "")
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, to]) => to ?? "").filter((to) => !/^[a-z]+:/.test(to))
}

/** What a page's headings are linked by. */
export function anchorsOf({ text }: Page): string[] {
  const prose = text.replace(/^```[\s\S]*?^```/gm, "")
  return [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .trim()
      .replaceAll(" ", "-"),
  )
}

/** The `@holdfast/…` modules that a block imports. */
export function importsOf({ code }: CodeBlock): string[] {
  return [...code.matchAll(/(?:from|import\()\s*["'](@holdfast\/[\w./-]+)["']/g)].map(
    ([, specifier]) => specifier ?? "",
  )
}
