import { type Emulator, json } from "@holdfast/emulator"
import {
  authenticatedRoutes,
  bearerOf,
  type CatalogEmulatorOptions,
  catalogEmulator,
  createKeys,
  objectOf,
} from "./emulator-kit.js"

/** Two keys that may do everything, and a restricted one that may not list models. */
export const openaiKeys = {
  first: "sk-proj-emulated-first-openai-key",
  second: "sk-proj-emulated-second-openai-key",
  restricted: "sk-proj-emulated-restricted-openai-key",
}

export interface OpenaiProvider {
  /** A person deletes a key. */
  revokeKey(key: string): boolean
}

export type OpenaiEmulator = Emulator<OpenaiProvider>

const models = ["gpt-emulated", "text-embedding-emulated"]

/** A strict stand-in for OpenAI's API. @see https://platform.openai.com/docs/api-reference/introduction */
export function createOpenaiEmulator(options: CatalogEmulatorOptions = {}): OpenaiEmulator {
  return catalogEmulator("openai", ["https://api.openai.com"], options, (kit) => {
    const keys = createKeys({
      [openaiKeys.first]: { organization: "first-org", listsModels: true },
      [openaiKeys.second]: { organization: "second-org", listsModels: true },
      [openaiKeys.restricted]: { organization: "first-org", listsModels: false },
    })
    const api = authenticatedRoutes(
      kit,
      "https://api.openai.com",
      (call) => keys.find(bearerOf(call)) ?? refusal(401, "invalid_api_key", "Incorrect API key provided."),
    )
    const known = (model: unknown) => typeof model === "string" && models.includes(model)
    const unknownModel = () =>
      refusal(404, "model_not_found", "The model does not exist or you do not have access to it.")

    api("GET", "/v1/models", (_call, { organization, listsModels }) => {
      if (!listsModels) return refusal(403, "missing_scope", "You have insufficient permissions for this operation.")
      const data = models.map((id) => ({ id, object: "model", created: 1_767_225_600, owned_by: "system" }))
      return json({ object: "list", data }, { headers: { "openai-organization": organization } })
    })
    api("POST", "/v1/responses", async (call) => {
      const { model, input } = await objectOf(call)
      if (!known(model)) return unknownModel()
      if (input === undefined) return refusal(400, "missing_required_parameter", "Missing required parameter: 'input'.")
      const text = `You said: ${typeof input === "string" ? input : "much"}`
      return json({
        id: kit.random.id("resp_", 24),
        object: "response",
        created_at: Math.floor(kit.clock.now() / 1000),
        status: "completed",
        error: null,
        model,
        output: [
          {
            id: kit.random.id("msg_", 24),
            type: "message",
            status: "completed",
            role: "assistant",
            content: [{ type: "output_text", text, annotations: [] }],
          },
        ],
        usage: { input_tokens: 3, output_tokens: 5, total_tokens: 8 },
      })
    })
    api("POST", "/v1/embeddings", async (call) => {
      const { model, input, dimensions = 3, encoding_format } = await objectOf(call)
      if (!known(model)) return unknownModel()
      const texts = Array.isArray(input) ? input : [input]
      const vector = new Array<number>(Number(dimensions)).fill(0.5)
      const embedding = encoding_format === "base64" ? base64Of(vector) : vector
      const data = texts.map((_text, index) => ({ object: "embedding", index, embedding }))
      return json({ object: "list", data, model, usage: { prompt_tokens: 3, total_tokens: 3 } })
    })
    kit.notFound(({ request, url }) => refusal(404, null, `Invalid URL (${request.method} ${url.pathname})`))
    return { revokeKey: keys.revoke }
  })
}

/** Little-endian 32-bit floats, as the SDK asks for them. */
function base64Of(vector: readonly number[]): string {
  return btoa(String.fromCharCode(...new Uint8Array(new Float32Array(vector).buffer)))
}

function refusal(status: number, code: string | null, message: string): Response {
  return json({ error: { message, type: "invalid_request_error", param: null, code } }, { status })
}
