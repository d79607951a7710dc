import type { Connector, Holdfast } from "@holdfast/core"
import { createHandler } from "../handler.js"
import type { AdapterOptions } from "../options.js"

/** A handler that remembers which framework request each `Request` stands for, so that `owner` gets the framework's own. */
export function adapt<Native extends object, C extends Connector>(
  holdfast: Holdfast<C>,
  { owner, dialect = createHandler, ...options }: AdapterOptions<Native>,
): (request: Request, native: Native) => Promise<Response> {
  const natives = new WeakMap<Request, Native>()
  const handler = dialect(holdfast as unknown as Holdfast, {
    ...options,
    owner(request) {
      const native = natives.get(request)
      return native && owner(native)
    },
  })
  return (request, native) => {
    natives.set(request, native)
    return handler(request)
  }
}
