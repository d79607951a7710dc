// https://platform.claude.com/docs/en/api/overview
import { apiKey, type Call, defineConnector, operation } from "@holdfast/core"
import { z } from "zod"

/** @see https://platform.claude.com/docs/en/api/versioning */
const version = { "anthropic-version": "2023-06-01" }

const models = z.looseObject({
  data: z.array(z.looseObject({ id: z.string(), display_name: z.string() })),
  has_more: z.boolean(),
  last_id: z.string().nullish(),
})

/** @see https://platform.claude.com/docs/en/api/messages/create */
const message = z.looseObject({
  id: z.string(),
  model: z.string(),
  content: z.array(z.looseObject({ type: z.string() })),
  stop_reason: z.string().nullable(),
  usage: z.looseObject({ input_tokens: z.number(), output_tokens: z.number() }),
})

const said = {
  model: z.string().min(1),
  messages: z
    .array(
      z.looseObject({
        role: z.enum(["user", "assistant"]),
        content: z.union([z.string(), z.array(z.looseObject({}))]),
      }),
    )
    .min(1),
  system: z.union([z.string(), z.array(z.looseObject({}))]).optional(),
}

/** @see https://platform.claude.com/docs/en/api/errors */
const refusal = z.looseObject({ error: z.looseObject({ type: z.string() }) })

const key = z
  .string()
  .trim()
  .min(1)
  // https://platform.claude.com/docs/en/manage-claude/admin-api
  .refine((typed) => !typed.startsWith("sk-ant-admin"), "That is an Admin API key. Make an API key of a workspace.")

const define = defineConnector({
  id: "anthropic",
  vendor: "anthropic",
  name: "Anthropic",
  category: "ai",
  documentation: "https://platform.claude.com/docs/en/api/overview",
  app: null,

  methods: [
    // https://platform.claude.com/docs/en/api/overview#authentication: `x-api-key` is the older way.
    apiKey({
      fields: [
        {
          name: "key",
          label: "API key",
          type: "password",
          help: "At platform.claude.com/settings/keys.",
          placeholder: "sk-ant-…",
        },
      ],
      input: z.object({ key }),
    }),
  ],

  api: { baseUrl: "https://api.anthropic.com/v1", headers: version, authorization: "Bearer" },
  errors: {
    read: ({ status, body }) => (status >= 400 ? refusal.safeParse(body).data?.error.type : undefined),
    codes: {
      authentication_error: "token_expired",
      permission_error: "forbidden",
      not_found_error: "resource_not_found",
      invalid_request_error: "input_invalid",
      request_too_large: "input_invalid",
      rate_limit_error: "rate_limited",
      api_error: "provider_unavailable",
      timeout_error: "provider_unavailable",
      overloaded_error: "provider_unavailable",
    },
  },
  causes: [
    {
      codes: ["permission_error"],
      cause: "key_may_not",
      actor: "end_user",
      text: "The API key has no permission for what was asked, such as a model or another workspace's resource.",
      advice: "Use a key of a workspace that has it, or have an admin of the organization allow it.",
      link: "https://platform.claude.com/docs/en/api/errors",
    },
  ],

  async identify(call, { fingerprint = "" }) {
    const { organization, workspace } = await tryKey(call)
    if (organization === null) return { id: fingerprint, label: "Anthropic API key", pinned: false }
    return {
      id: workspace === null ? organization : `${organization}:${workspace}`,
      label: workspace === null ? `Organization ${organization}` : `Workspace ${workspace}`,
    }
  },

  async check(call) {
    await tryKey(call)
    return []
  },

  operations: {
    // https://platform.claude.com/docs/en/api/models/list
    list_models: operation({
      summary: "List models, newest first",
      effect: "read",
      input: z.object({ limit: z.number().int().min(1).max(1000).optional(), after_id: z.string().optional() }),
      output: models,
      pages: {
        items: ({ data }) => data,
        next: ({ has_more, last_id }) => (has_more && last_id ? { after_id: last_id } : undefined),
      },
      run: ({ http }, query) => http.get("/models", { query, output: models }),
    }),

    // https://platform.claude.com/docs/en/api/messages/create
    create_message: operation({
      summary: "Have a model answer",
      effect: "write",
      input: z.looseObject({ ...said, max_tokens: z.number().int().min(1), stream: z.literal(false).optional() }),
      output: message,
      trace: ["id", "model", "stop_reason"],
      run: ({ http }, json) => http.post("/messages", { json, timeoutMs: 600_000, output: message }),
    }),

    // https://platform.claude.com/docs/en/api/messages/count_tokens
    count_tokens: operation({
      summary: "Count the tokens of a message without sending it",
      effect: "read",
      input: z.looseObject(said),
      output: z.looseObject({ input_tokens: z.number() }),
      run: ({ http }, json) =>
        http.post("/messages/count_tokens", {
          json,
          idempotent: true,
          output: z.looseObject({ input_tokens: z.number() }),
        }),
    }),
  },

  setup: {
    url: "https://platform.claude.com/settings/keys",
    steps: [
      "Choose the workspace that pays, and click “Create Key”.",
      "Copy the key at once, since it is not shown again, and paste it here.",
    ],
  },
})

export interface AnthropicConnector extends ReturnType<typeof define> {}

/**
 * Anthropic, by an API key of one workspace. The account is the workspace that every answer names: another key of it may take this one's place.
 * @see https://platform.claude.com/docs/en/api/overview
 */
export const anthropic: () => AnthropicConnector = () => define()

/** Tries the key, and says whose it is. @see https://platform.claude.com/docs/en/api/overview#response-headers */
async function tryKey({ http }: Call): Promise<{ organization: string | null; workspace: string | null }> {
  const named: { organization: string | null; workspace: string | null } = { organization: null, workspace: null }
  await http.get("/models", {
    query: { limit: 1 },
    output: models,
    onHeaders(headers) {
      named.organization = headers.get("anthropic-organization-id")
      named.workspace = headers.get("anthropic-workspace-id")
    },
  })
  return named
}
