// https://platform.openai.com/docs/api-reference/introduction
import { apiKey, type Call, defineConnector, isHoldfastError, operation } from "@holdfast/core"
import { z } from "zod"

const model = z.looseObject({ id: z.string(), owned_by: z.string().optional() })
const models = z.looseObject({ data: z.array(model) })

/** @see https://platform.openai.com/docs/api-reference/responses/object */
const response = z.looseObject({
  id: z.string(),
  status: z.string().nullish(),
  model: z.string(),
  output: z.array(z.looseObject({ type: z.string() })),
  usage: z.looseObject({ input_tokens: z.number(), output_tokens: z.number() }).nullish(),
})

/** @see https://platform.openai.com/docs/api-reference/embeddings/create */
const embeddings = z.looseObject({
  data: z.array(z.looseObject({ index: z.number(), embedding: z.array(z.number()) })),
  model: z.string(),
})

/** @see https://platform.openai.com/docs/guides/error-codes */
const refusal = z.looseObject({ error: z.looseObject({ code: z.string().nullish(), type: z.string().nullish() }) })

const define = defineConnector({
  id: "openai",
  vendor: "openai",
  name: "OpenAI",
  category: "ai",
  documentation: "https://platform.openai.com/docs/api-reference/introduction",
  app: null,

  methods: [
    // https://platform.openai.com/docs/api-reference/authentication
    apiKey({
      fields: [
        {
          name: "key",
          label: "API key",
          type: "password",
          help: "At platform.openai.com/api-keys. A key of a project, or of a service account.",
          placeholder: "sk-…",
        },
      ],
    }),
  ],

  api: { baseUrl: "https://api.openai.com/v1", authorization: "Bearer" },
  errors: {
    read: ({ status, body }) => (status >= 400 ? codeOf(body) : undefined),
    codes: {
      invalid_api_key: "token_expired",
      // Waiting does not help: somebody must pay.
      insufficient_quota: "provider_rejected",
      rate_limit_exceeded: "rate_limited",
      model_not_found: "resource_not_found",
      missing_scope: "scope_missing",
      invalid_request_error: "input_invalid",
      server_error: "provider_unavailable",
    },
    statuses: { 403: "forbidden" },
  },
  causes: [
    {
      codes: ["insufficient_quota"],
      cause: "no_credit",
      actor: "end_user",
      text: "The organization or project of the key has no credit left, or has reached its spending limit.",
      advice: "Add credit or raise the limit in OpenAI's billing settings; waiting does not help.",
      link: "https://platform.openai.com/docs/guides/error-codes",
    },
    {
      codes: ["model_not_found"],
      cause: "model_not_there",
      actor: "developer",
      text: "There is no such model, or the project of the key may not use it.",
      advice: "Check the model's name, and the models that the project is allowed.",
      link: "https://platform.openai.com/docs/guides/error-codes",
    },
  ],

  // Nothing that is documented names whose key it is, so the key's fingerprint stands for the account.
  async identify(call, { fingerprint = "" }) {
    const organization = await tryKey(call)
    return { id: fingerprint, label: organization ? `Organization ${organization}` : "OpenAI API key", pinned: false }
  },

  async check(call) {
    await tryKey(call)
    return []
  },

  operations: {
    // https://platform.openai.com/docs/api-reference/models/list
    list_models: operation({
      summary: "List the models that the key may use",
      effect: "read",
      input: z.object({}),
      output: models,
      run: ({ http }) => http.get("/models", { output: models }),
    }),

    // https://platform.openai.com/docs/api-reference/responses/create
    create_response: operation({
      summary: "Have a model answer",
      effect: "write",
      input: z.looseObject({
        model: z.string().min(1),
        input: z.union([z.string(), z.array(z.looseObject({}))]),
        instructions: z.string().optional(),
        max_output_tokens: z.number().int().min(16).optional(),
        stream: z.literal(false).optional(),
      }),
      output: response,
      trace: ["id", "model", "status"],
      run: ({ http }, json) => http.post("/responses", { json, timeoutMs: 600_000, output: response }),
    }),

    // https://platform.openai.com/docs/api-reference/embeddings/create
    create_embeddings: operation({
      summary: "Turn texts into vectors",
      effect: "read",
      input: z.object({
        model: z.string().min(1),
        input: z.union([z.string(), z.array(z.string()).min(1)]),
        dimensions: z.number().int().min(1).optional(),
      }),
      output: embeddings,
      run: ({ http }, json) => http.post("/embeddings", { json, idempotent: true, output: embeddings }),
    }),
  },

  setup: {
    url: "https://platform.openai.com/api-keys",
    steps: [
      "Choose the project that pays, and click “Create new secret key”.",
      "Give it the permissions that are needed: “All”, or “Restricted” with those of models and model capabilities.",
      "Copy the key at once, since it is not shown again, and paste it here.",
    ],
  },
})

export interface OpenaiConnector extends ReturnType<typeof define> {}

/**
 * OpenAI, by an API key. A key names nobody: another one may take its place when reconnecting.
 * @see https://platform.openai.com/docs/api-reference/introduction
 */
export const openai: () => OpenaiConnector = () => define()

function codeOf(body: unknown): string | undefined {
  const { error } = refusal.safeParse(body).data ?? {}
  return error?.code ?? error?.type ?? undefined
}

/**
 * Whether the key works: a restricted one may be told that it must not list models, and is a good one.
 * Answers the organization, which every answer names. @see https://platform.openai.com/docs/api-reference/debugging-requests
 */
async function tryKey({ http }: Call): Promise<string | undefined> {
  let organization: string | null = null
  try {
    await http.get("/models", {
      output: models,
      onHeaders(headers) {
        organization = headers.get("openai-organization")
      },
    })
  } catch (error) {
    if (!isHoldfastError(error, "scope_missing")) throw error
  }
  return organization ?? undefined
}
