import { type Emulator, json } from "@holdfast/emulator"
import {
  authenticatedRoutes,
  bearerOf,
  type CatalogEmulatorOptions,
  catalogEmulator,
  createKeys,
  objectOf,
} from "./emulator-kit.js"

/** Two keys of one workspace, and one of another organization. */
export const anthropicKeys = {
  first: "sk-ant-api03-emulated-first-anthropic",
  sibling: "sk-ant-api03-emulated-sibling-anthropic",
  second: "sk-ant-api03-emulated-second-anthropic",
}

/** The workspaces, each of an organization of its own. */
export const anthropicWorkspaces = {
  first: { organization: "6d1f0000-0000-4000-8000-000000000001", workspace: "wrkspc_01EmulatedFirst" },
  second: { organization: "6d1f0000-0000-4000-8000-000000000002", workspace: "wrkspc_01EmulatedSecond" },
}

export interface AnthropicProvider {
  /** A person deletes a key. */
  revokeKey(key: string): boolean
}

export type AnthropicEmulator = Emulator<AnthropicProvider>

// The version of the documentation, and the one that Anthropic's own library sends.
const versions = ["2023-06-01", "2026-10-21"]
const models = ["claude-emulated-2", "claude-emulated-1"]

/** A strict stand-in for Anthropic's API. @see https://platform.claude.com/docs/en/api/overview */
export function createAnthropicEmulator(options: CatalogEmulatorOptions = {}): AnthropicEmulator {
  return catalogEmulator("anthropic", ["https://api.anthropic.com"], options, (kit) => {
    const { first, second } = anthropicWorkspaces
    const keys = createKeys({
      [anthropicKeys.first]: first,
      [anthropicKeys.sibling]: first,
      [anthropicKeys.second]: second,
    })
    const api = authenticatedRoutes(kit, "https://api.anthropic.com", (call) => {
      const { headers } = call.request
      const holder = keys.find(bearerOf(call) ?? headers.get("x-api-key"))
      if (!holder) return refusal(401, "authentication_error", "invalid x-api-key")
      return versions.includes(headers.get("anthropic-version") ?? "")
        ? holder
        : refusal(400, "invalid_request_error", "anthropic-version: header is required")
    })
    const answer = ({ organization, workspace }: (typeof anthropicWorkspaces)["first"], body: object) => {
      const id = kit.random.id("req_", 24)
      const named = { "anthropic-organization-id": organization, "anthropic-workspace-id": workspace }
      return json(body, { headers: { ...named, "request-id": id } })
    }
    const unknownModel = ({ model }: Record<string, unknown>) =>
      models.some((id) => id === model) ? undefined : refusal(404, "not_found_error", "model: not found")

    api("GET", "/v1/models", ({ url }, holder) => {
      const after = models.indexOf(url.searchParams.get("after_id") ?? "") + 1
      const end = after + Number(url.searchParams.get("limit") ?? 20)
      const data = models.slice(after, end).map((id) => ({
        type: "model",
        id,
        display_name: id,
        created_at: "2026-01-01T00:00:00Z",
      }))
      const page = {
        data,
        has_more: end < models.length,
        first_id: data[0]?.id ?? null,
        last_id: data.at(-1)?.id ?? null,
      }
      return answer(holder, page)
    })
    api("POST", "/v1/messages", async (call, holder) => {
      const body = await objectOf(call)
      const { model, max_tokens, messages } = body
      if (typeof max_tokens !== "number") return refusal(400, "invalid_request_error", "max_tokens: Field required")
      if (!Array.isArray(messages)) return refusal(400, "invalid_request_error", "messages: Field required")
      return (
        unknownModel(body) ??
        answer(holder, {
          id: kit.random.id("msg_", 24),
          type: "message",
          role: "assistant",
          model,
          content: [{ type: "text", text: "Hello." }],
          stop_reason: "end_turn",
          stop_sequence: null,
          usage: { input_tokens: 3, output_tokens: 2 },
        })
      )
    })
    api("POST", "/v1/messages/count_tokens", async (call, holder) => {
      const body = await objectOf(call)
      return unknownModel(body) ?? answer(holder, { input_tokens: 3 })
    })
    kit.notFound(() => refusal(404, "not_found_error", "Not found"))
    return { revokeKey: keys.revoke }
  })
}

function refusal(status: number, type: string, message: string): Response {
  return json({ type: "error", error: { type, message }, request_id: "req_emulated" }, { status })
}
