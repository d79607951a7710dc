export { createHandler } from "./handler.js"
export type { AdapterOptions, Dialect, Handler, HandlerOptions, IntegrationsPage, MaybeOwner } from "./options.js"
