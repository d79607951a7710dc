import type { HoldfastIntegrations } from "../element.js"
import "../element.js"

// The page's own texts stand beside the element as data: its policy allows no script in the page to hand them over.
for (const element of document.querySelectorAll<HoldfastIntegrations>("holdfast-integrations[data-strings]"))
  element.strings = JSON.parse(element.dataset.strings ?? "{}")
