import { script } from "./page/script.js"

/**
 * The integrations page for a host application without a build step: the element, the client and all they need, as one module of
 * JavaScript. Hand it to the handler or an adapter of `@holdfast/server`, which serves the page at `/ui`.
 *
 * ```ts
 * app.use("/api/integrations", toExpress(holdfast, { owner, ui: { ...integrationsPage, signInUrl: "/login" } }))
 * ```
 */
export const integrationsPage: { readonly script: string } = Object.freeze({ script })
