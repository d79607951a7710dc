import type { ZodType } from "zod"
import type { Call } from "./connector.js"

/** `read` changes nothing, `write` adds or changes, `destroy` removes what cannot be brought back. */
export type Effect = "read" | "write" | "destroy"

/** How an answer that brings one page of a list is read. */
export interface Pages<In, Out, Item> {
  /** What is on this page. */
  items(result: Out): readonly Item[]
  /**
   * Parameters that bring the next page, over those of this one; undefined on the last. `parameters` are as parsed, with defaults.
   * One that must not be sent again is answered as undefined.
   */
  next(result: Out, parameters: In): object | undefined
}

/** One thing that can be done at a provider, typed in and out. Made by {@link operation}. */
export interface Operation<In = unknown, Out = unknown, Client = unknown, Item = never> {
  readonly summary: string
  readonly effect: Effect
  /** Scopes it needs, any spelling the provider grants. */
  readonly scopes: readonly string[]
  /** The slot whose credential it uses. Default: the method's first. */
  readonly uses?: string
  readonly input: ZodType
  readonly output: ZodType
  /** Fields of the answer that debug lines may print. */
  readonly trace?: readonly string[]
  /** How its pages are walked by `paginate`, where it lists something in pages. */
  readonly pages?: Pages<In, Out, Item>
  run(call: Call<Client>, parameters: In): Promise<Out>
}

/**
 * Describes an operation; types of parameters and result come from the schemas.
 *
 * `run` gets parameters as parsed by `input` and answers what `output` accepts.
 * Items come from `pages` alone, never from where the operation is put.
 */
export function operation<In extends ZodType, Out extends ZodType, Client = unknown, Item = never>(definition: {
  summary: string
  effect: Effect
  scopes?: readonly string[]
  uses?: string
  input: In
  output: Out
  trace?: readonly string[]
  pages?: {
    items(result: Out["_zod"]["output"]): readonly Item[]
    next(result: Out["_zod"]["output"], parameters: In["_zod"]["output"]): Partial<In["_zod"]["input"]> | undefined
  }
  run(call: Call<Client>, parameters: In["_zod"]["output"]): Promise<Out["_zod"]["input"]>
}): Operation<In["_zod"]["input"], Out["_zod"]["output"], Client, NoInfer<Item>> {
  return Object.freeze({ scopes: [], ...definition }) as unknown as Operation<
    In["_zod"]["input"],
    Out["_zod"]["output"],
    Client,
    NoInfer<Item>
  >
}
