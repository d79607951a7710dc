import * as catalog from "@holdfast/catalog/emulator"
import type { ProviderMaker } from "../provider.js"

const anthropic: ProviderMaker = ({ clock }) => ({
  emulator: catalog.createAnthropicEmulator({ clock }),
  connectors: () => ({
    anthropic: {
      answers: { key: catalog.anthropicKeys.first },
      operation: "list_models",
      parameters: { list_models: {} },
      hints: [["API key", catalog.anthropicKeys.first]],
      tokens: "none",
      revocation: "none",
    },
  }),
})

const openai: ProviderMaker = ({ clock }) => ({
  emulator: catalog.createOpenaiEmulator({ clock }),
  connectors: () => ({
    openai: {
      answers: { key: catalog.openaiKeys.first },
      operation: "list_models",
      parameters: { list_models: {} },
      hints: [["API key", catalog.openaiKeys.first]],
      tokens: "none",
      revocation: "none",
    },
  }),
})

/** Language models. */
export const models = [anthropic, openai]
