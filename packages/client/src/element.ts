import { HoldfastIntegrations } from "./element/integrations.js"

export { type StringKey, type Strings, strings } from "./element/strings.js"
export { HoldfastIntegrations }

declare global {
  interface HTMLElementTagNameMap {
    "holdfast-integrations": HoldfastIntegrations
  }
}
