// https://www.canva.dev/docs/connect/
import { type Call, defineConnector, oauth2, operation } from "@holdfast/core"
import { z } from "zod"
import { type OAuthAppOptions, oauthApp } from "./app.js"

/** @see https://www.canva.dev/docs/connect/api-reference/users/users-me/ */
const me = z.looseObject({ team_user: z.looseObject({ user_id: z.string().min(1), team_id: z.string().min(1) }) })
/** @see https://www.canva.dev/docs/connect/api-reference/users/users-profile/ */
const profile = z.looseObject({ profile: z.looseObject({ display_name: z.string().nullish() }) })

/** @see https://www.canva.dev/docs/connect/api-reference/designs/ */
const design = z.looseObject({
  id: z.string(),
  title: z.string().nullish(),
  urls: z.looseObject({ edit_url: z.string(), view_url: z.string() }),
})
const designs = z.looseObject({ items: z.array(design), continuation: z.string().nullish() })

/** @see https://www.canva.dev/docs/connect/api-reference/exports/ */
const job = z.looseObject({
  id: z.string(),
  status: z.enum(["in_progress", "success", "failed"]),
  urls: z.array(z.string()).optional(),
})

/**
 * `code` in answers of the API, `error` in those of its OAuth server.
 * @see https://www.canva.dev/docs/connect/error-responses/
 * @see https://github.com/canva-sdks/canva-connect-api-starter-kit/blob/main/openapi/spec.yml
 */
const refusal = z.looseObject({ code: z.string().optional(), error: z.string().optional() })

const pixels = z.number().int().min(40).max(8000)

const define = defineConnector({
  id: "canva",
  vendor: "canva",
  name: "Canva",
  category: "design",
  documentation: "https://www.canva.dev/docs/connect/",
  app: oauthApp("At canva.com/developers/integrations, on the integration's page."),

  methods: [
    // https://www.canva.dev/docs/connect/authentication/
    oauth2({
      authorizationEndpoint: "https://www.canva.com/api/oauth/authorize",
      tokenEndpoint: "https://api.canva.com/rest/v1/oauth/token",
      revocationEndpoint: "https://api.canva.com/rest/v1/oauth/revoke",
      scopes: ["profile:read", "design:meta:read", "design:content:read", "design:content:write"],
      clientAuthentication: "basic",
      // Revoking a refresh token ends its whole lineage.
      policy: { rotation: "single-use", reuse: "revokes-family", revokes: "grant", accessTokenSeconds: 14_400 },
    }),
  ],

  api: { baseUrl: "https://api.canva.com/rest/v1", authorization: "Bearer" },
  errors: {
    read({ status, body }) {
      if (status < 400) return undefined
      const { code, error } = refusal.safeParse(body).data ?? {}
      return code ?? error
    },
    codes: {
      invalid_access_token: "token_expired",
      revoked_access_token: "grant_ended",
      missing_scope: "scope_missing",
      permission_denied: "forbidden",
      license_required: "forbidden",
      not_found: "resource_not_found",
      design_not_found: "resource_not_found",
      bad_request_body: "input_invalid",
      bad_request_params: "input_invalid",
      bad_query_params: "input_invalid",
      invalid_request: "input_invalid",
      missing_field: "input_invalid",
      invalid_field: "input_invalid",
      too_many_requests: "rate_limited",
      internal_error: "provider_unavailable",
      request_timeout: "provider_unavailable",
    },
    statuses: { 403: "forbidden" },
  },
  causes: [
    {
      codes: ["license_required"],
      cause: "plan_missing",
      actor: "end_user",
      text: "What was asked for needs a paid Canva plan or license that this account has not.",
      advice: "Upgrade the account's plan, or leave out what needs it.",
      link: "https://www.canva.dev/docs/connect/error-responses/",
    },
  ],

  async identify(call) {
    const { user_id, team_id } = await readMe(call)
    const named = await call.http.get("/users/me/profile", { output: profile })
    return {
      id: `${team_id}:${user_id}`,
      label: named.profile.display_name || user_id,
      data: { teamId: team_id, userId: user_id },
    }
  },

  async check(call) {
    await readMe(call)
    return []
  },

  operations: {
    // https://www.canva.dev/docs/connect/api-reference/designs/list-designs/
    list_designs: operation({
      summary: "List designs",
      effect: "read",
      scopes: ["design:meta:read"],
      input: z.object({
        query: z.string().max(255).optional(),
        ownership: z.enum(["any", "owned", "shared"]).optional(),
        sort_by: z
          .enum(["relevance", "modified_descending", "modified_ascending", "title_descending", "title_ascending"])
          .optional(),
        limit: z.number().int().min(1).max(100).optional(),
        continuation: z.string().optional().describe("That of the page before"),
      }),
      output: designs,
      pages: {
        items: ({ items }) => items,
        next: ({ continuation }) => (continuation ? { continuation } : undefined),
      },
      run: ({ http }, query) => http.get("/designs", { query, output: designs }),
    }),

    // https://www.canva.dev/docs/connect/api-reference/designs/create-design/
    create_design: operation({
      summary: "Make an empty design",
      effect: "write",
      scopes: ["design:content:write"],
      input: z.object({
        design_type: z
          .union([
            z.object({ type: z.literal("preset"), name: z.enum(["doc", "email", "presentation", "whiteboard"]) }),
            z.object({ type: z.literal("custom"), width: pixels, height: pixels }),
          ])
          .default({ type: "preset", name: "doc" }),
        title: z.string().min(1).max(255).optional(),
      }),
      output: design,
      trace: ["id"],
      run: async ({ http }, json) => (await http.post("/designs", { json, output: z.looseObject({ design }) })).design,
    }),

    // https://www.canva.dev/docs/connect/api-reference/exports/create-design-export-job/
    export_design: operation({
      summary: "Begin to export a design as a file",
      effect: "write",
      scopes: ["design:content:read"],
      input: z.object({
        design_id: z.string().min(1),
        format: z
          .looseObject({
            type: z.enum(["pdf", "png", "jpg", "gif", "pptx", "mp4", "csv", "html_bundle", "html_standalone"]),
          })
          .describe("With quality, which jpg and mp4 require, pages, size, width or height"),
      }),
      output: job,
      trace: ["id", "status"],
      run: async ({ http }, json) => (await http.post("/exports", { json, output: z.looseObject({ job }) })).job,
    }),

    // https://www.canva.dev/docs/connect/api-reference/exports/get-design-export-job/
    get_export: operation({
      summary: "See whether an export is ready, and where",
      effect: "read",
      scopes: ["design:content:read"],
      input: z.object({ export_id: z.string().min(1) }),
      output: job,
      trace: ["id", "status"],
      run: async ({ http }, path) =>
        (await http.get("/exports/{export_id}", { path, output: z.looseObject({ job }) })).job,
    }),
  },

  setup: {
    url: "https://www.canva.com/developers/integrations",
    steps: [
      "Switch on multi-factor authentication for your Canva account, and create an integration: public, or private to your team.",
      "Under “Scopes” tick profile:read, design:meta:read, and reading and writing of design:content.",
      "Under “Authentication” add {redirectUri} to its URLs. While you develop it must be http://127.0.0.1, which localhost is not.",
      "Copy client ID and client secret, and save them here.",
    ],
  },
})

export interface CanvaConnector extends ReturnType<typeof define> {}

/**
 * Canva, by OAuth with PKCE. Refresh tokens work once, and access tokens have up to 4 KB.
 * @see https://www.canva.dev/docs/connect/authentication/
 */
export const canva: (options?: OAuthAppOptions) => CanvaConnector = define

async function readMe({ http }: Call): Promise<z.infer<typeof me>["team_user"]> {
  return (await http.get("/users/me", { output: me })).team_user
}
