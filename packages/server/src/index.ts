export { createHandler } from "./handler.js"
export type { AdapterOptions, Dialect, Handler, HandlerOptions, MaybeOwner } from "./options.js"
