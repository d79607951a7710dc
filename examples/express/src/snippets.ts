import { transform } from "esbuild"

/** The snippets of one heading of a document, as they were written. */
export function snippetTextOf(document: string, heading: string): string {
  const section = document.split(/^# /m).find((text) => text.startsWith(`${heading} `)) ?? ""
  const code = [...section.matchAll(/```typescript\n(.*?)```/gs)].map(([, block]) => block).join("\n")
  if (code === "") throw new Error(`no snippets of ${heading}`)
  return code
}

/** The snippets of one heading of a document, as one script. */
export async function snippetsOf(document: string, heading: string): Promise<string> {
  const { code } = await transform(snippetTextOf(document, heading), { loader: "ts", target: "es2022" })
  return code
}

/** What is around a snippet: state that its setters write, and the browser that it runs in. */
export type Surroundings = Record<string, unknown>

/** Runs a script as a component renders: its functions by name. What it does not declare is looked up in `around`, at the time of use. */
export function render<Name extends string>(
  script: string,
  names: readonly Name[],
  around: Surroundings,
): Record<Name, (...given: unknown[]) => unknown> {
  const known = new Proxy(around, {
    has: (target, name) => typeof name === "string" && name in target,
  })
  // Only in a sloppy function can names be looked up in an object.
  const component = new Function("around", `with (around) { ${script}\nreturn { ${names.join(", ")} } }`)
  return component(known)
}
