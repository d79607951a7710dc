import { z } from "zod"
import { apiKey, defineConnector, operation } from "../index.js"

// A key that names nobody: the account is a keyed fingerprint, which another key may replace.

const key = apiKey({ fields: [{ name: "key", label: "API key", type: "password" }] })

const defineOpenai = defineConnector({
  id: "openai",
  vendor: "openai",
  name: "OpenAI",
  category: "ai",
  documentation: "https://platform.openai.com/docs/api-reference",
  methods: [key],
  app: null,
  api: { baseUrl: "https://api.openai.com/v1", authorization: "Bearer" },
  errors: { codes: { invalid_api_key: "grant_ended", insufficient_quota: "rate_limited" } },
  identify: async (_call, { fingerprint = "" }) => ({ id: fingerprint, label: "OpenAI", pinned: false }),
  check: async () => [{ name: "token", ok: true }],
  operations: {
    list_models: operation({
      summary: "List models",
      effect: "read",
      input: z.object({}),
      output: z.object({ data: z.array(z.object({ id: z.string() })) }),
      run: (call) => call.http.get("/models", { output: z.object({ data: z.array(z.object({ id: z.string() })) }) }),
    }),
  },
  setup: { url: "https://platform.openai.com/api-keys", steps: ["Make a key."] },
})
export interface OpenaiConnector extends ReturnType<typeof defineOpenai> {}
export const openai: () => OpenaiConnector = defineOpenai

const defineSendgrid = defineConnector({
  id: "sendgrid",
  vendor: "sendgrid",
  name: "SendGrid",
  category: "marketing",
  documentation: "https://www.twilio.com/docs/sendgrid/api-reference",
  methods: [key],
  app: null,
  api: { baseUrl: "https://api.sendgrid.com/v3", authorization: "Bearer" },
  errors: { codes: {} },
  identify: async (_call, { fingerprint = "" }) => ({ id: fingerprint, label: "SendGrid", pinned: false }),
  check: async () => [{ name: "token", ok: true }],
  operations: {},
  setup: { url: "https://app.sendgrid.com/settings/api_keys", steps: ["Make a key."] },
})
export interface SendgridConnector extends ReturnType<typeof defineSendgrid> {}
export const sendgrid: () => SendgridConnector = defineSendgrid
