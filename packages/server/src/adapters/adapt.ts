import type { Connector, Holdfast } from "@holdfast/core"
import { createHandler } from "../handler.js"
import type { AdapterOptions, HandlerOptions } from "../options.js"

/** What is served, and where: `url` is the public address of its mount. */
export interface Adapted<Native> {
  readonly url: string
  answer(request: Request, native: Native): Promise<Response>
}

/** A handler that remembers which framework request each `Request` stands for, so that `owner` gets the framework's own. */
export function adapt<Native extends object, C extends Connector>(
  holdfast: Holdfast<C>,
  { owner, dialect, ...options }: AdapterOptions<Native>,
): Adapted<Native> {
  const natives = new WeakMap<Request, Native>()
  const whole: HandlerOptions = {
    ...options,
    owner(request) {
      const native = natives.get(request)
      return native && owner(native)
    },
  }
  const handler = dialect
    ? dialect.createHandler(holdfast as unknown as Holdfast, whole)
    : createHandler(holdfast, whole)
  return {
    url: dialect ? new URL(dialect.path, holdfast.url).href : holdfast.url,
    answer(request, native) {
      natives.set(request, native)
      return handler(request)
    },
  }
}
