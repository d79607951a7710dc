import { existsSync } from "node:fs"
import { resolve } from "node:path"
import { pathToFileURL } from "node:url"
import type { Holdfast } from "@holdfast/core"

/**
 * The Holdfast that a module of the application makes: its export `holdfast`, or its default one; or what such a function answers.
 * @throws Error with a message for people
 */
export async function loadHoldfast(path: string, directory = process.cwd()): Promise<Holdfast> {
  const module = await load(resolve(directory, path), path)
  const exported = module.holdfast ?? defaultOf(module)
  const made: unknown = typeof exported === "function" ? await exported() : await exported
  if (isHoldfast(made)) return made
  throw new Error(`${path} must export the Holdfast that createHoldfast answers, as \`holdfast\` or as its default.`)
}

interface Module {
  readonly holdfast?: unknown
  readonly default?: unknown
}

async function load(file: string, path: string): Promise<Module> {
  if (!existsSync(file)) throw new Error(`There is no ${path}.`)
  try {
    return await import(pathToFileURL(file).href)
  } catch (error) {
    if ((error as { code?: unknown }).code === "ERR_UNKNOWN_FILE_EXTENSION")
      throw new Error(`This Node does not read ${path}: compile it, or run the CLI with \`node --import tsx\`.`)
    throw error
  }
}

/** CommonJS, and what was compiled to it, has the default of its default. */
function defaultOf(module: Module): unknown {
  const own = module.default
  return typeof own === "object" && own !== null && ("holdfast" in own || "default" in own)
    ? ((own as Module).holdfast ?? (own as Module).default)
    : own
}

/** By its shape: the application may have another copy of core. */
function isHoldfast(value: unknown): value is Holdfast {
  const named = value as Partial<Holdfast> | null | undefined
  return typeof named?.asSystem === "function" && typeof named.close === "function" && named.connectors !== undefined
}
