// https://developer.box.com/reference/
import { type Call, defineConnector, oauth2, operation } from "@holdfast/core"
import { z } from "zod"
import { type OAuthAppOptions, oauthApp } from "./app.js"
import { webhooks } from "./box-webhooks.js"

/** @see https://developer.box.com/reference/get-users-me/ */
const user = z.looseObject({ id: z.string().min(1), name: z.string(), login: z.string().nullish() })

/** @see https://developer.box.com/reference/resources/file--mini/ */
const item = z.looseObject({ id: z.string(), type: z.enum(["file", "folder", "web_link"]), name: z.string() })
const folderItems = z.looseObject({ entries: z.array(item), next_marker: z.string().nullish() })
const found = z.looseObject({ entries: z.array(item), total_count: z.number(), offset: z.number(), limit: z.number() })

/** @see https://developer.box.com/guides/api-calls/permissions-and-errors/common-errors/ */
const refusal = z.looseObject({ code: z.string().optional(), error: z.string().optional() })

const define = defineConnector({
  id: "box",
  vendor: "box",
  name: "Box",
  category: "storage",
  documentation: "https://developer.box.com/reference/",
  app: oauthApp("In the developer console at app.box.com/developers/console, under Configuration.", [
    { name: "primaryKey", label: "Primary signature key", help: "Under Webhooks, “Manage signature keys”." },
    { name: "secondaryKey", label: "Secondary signature key", help: "Beside the primary one. Either may be changed." },
  ]),

  methods: [
    // https://developer.box.com/guides/authentication/oauth2/
    // https://github.com/box/box-openapi
    oauth2({
      authorizationEndpoint: "https://account.box.com/api/oauth2/authorize",
      tokenEndpoint: "https://api.box.com/oauth2/token",
      revocationEndpoint: "https://api.box.com/oauth2/revoke",
      // What an app may do is ticked in the console.
      scopes: [],
      pkce: "none",
      // Each refresh token works once, for 60 days; an access token lives for 60 minutes.
      // https://developer.box.com/guides/authentication/tokens/refresh/
      // https://developer.box.com/guides/api-calls/permissions-and-errors/expiration/
      policy: { rotation: "single-use", refreshIdleDays: 60, revokes: "grant", accessTokenSeconds: 3_600 },
    }),
  ],

  api: { baseUrl: "https://api.box.com/2.0", authorization: "Bearer" },
  errors: {
    read({ status, body }) {
      if (status < 400) return undefined
      const { code, error } = refusal.safeParse(body).data ?? {}
      return code ?? error
    },
    codes: {
      unauthorized: "token_expired",
      not_found: "resource_not_found",
      insufficient_scope: "scope_missing",
      forbidden: "forbidden",
      access_denied_insufficient_permissions: "forbidden",
      bad_request: "input_invalid",
      item_name_invalid: "input_invalid",
      item_name_in_use: "input_invalid",
      item_name_too_long: "input_invalid",
      operation_blocked_temporary: "provider_unavailable",
      too_many_requests: "rate_limited",
      rate_limit_exceeded: "rate_limited",
      unavailable: "provider_unavailable",
      internal_server_error: "provider_unavailable",
    },
    statuses: { 403: "forbidden" },
  },
  causes: [
    {
      codes: ["insufficient_scope"],
      cause: "scope_not_ticked",
      actor: "developer",
      text: "The Box app was not given the scope that this call needs: its scopes are ticked in the developer console.",
      advice: "Tick it there under Configuration, application scopes, and have people reconnect.",
      link: "https://developer.box.com/guides/api-calls/permissions-and-errors/scopes/",
    },
  ],

  async identify(call) {
    const { id, name, login } = await readMe(call)
    return { id, label: name || id, ...(login && { email: login }) }
  },

  async check(call) {
    await readMe(call)
    return []
  },

  operations: {
    // https://developer.box.com/reference/get-folders-id-items/
    list_folder_items: operation({
      summary: "List what is in a folder",
      effect: "read",
      input: z.object({
        folder_id: z.string().default("0").describe("0 is the root"),
        limit: z.number().int().min(1).max(1000).optional(),
        marker: z.string().optional().describe("next_marker of the page before"),
      }),
      output: folderItems,
      pages: {
        items: ({ entries }) => entries,
        next: ({ next_marker }) => (next_marker ? { marker: next_marker } : undefined),
      },
      run: ({ http }, { folder_id, ...query }) =>
        http.get("/folders/{folder_id}/items", {
          path: { folder_id },
          query: { ...query, usemarker: true },
          output: folderItems,
        }),
    }),

    // https://developer.box.com/reference/get-files-id/
    get_file: operation({
      summary: "Read what is known of a file",
      effect: "read",
      input: z.object({ file_id: z.string().min(1) }),
      output: item,
      trace: ["id"],
      run: ({ http }, path) => http.get("/files/{file_id}", { path, output: item }),
    }),

    // https://developer.box.com/reference/get-search/
    search: operation({
      summary: "Find files and folders",
      effect: "read",
      input: z.object({
        query: z.string().min(1),
        type: z.enum(["file", "folder", "web_link"]).optional(),
        limit: z.number().int().min(1).max(200).default(30),
        offset: z.number().int().min(0).default(0),
      }),
      output: found,
      pages: {
        items: ({ entries }) => entries,
        next: ({ total_count }, { offset, limit }) =>
          offset + limit < total_count ? { offset: offset + limit } : undefined,
      },
      run: ({ http }, query) => http.get("/search", { query, output: found }),
    }),

    // https://developer.box.com/reference/post-folders/
    create_folder: operation({
      summary: "Make a folder",
      effect: "write",
      input: z.object({ name: z.string().min(1).max(255), parent_id: z.string().default("0") }),
      output: item,
      trace: ["id"],
      run: ({ http }, { name, parent_id }) =>
        http.post("/folders", { json: { name, parent: { id: parent_id } }, output: item }),
    }),
  },

  webhooks,

  setup: {
    url: "https://app.box.com/developers/console",
    steps: [
      "Create a platform app of the type “Custom App”, with “User Authentication (OAuth 2.0)”.",
      "Under Configuration add {redirectUri} to its redirect URIs.",
      "Under “Application Scopes” tick “Read all files and folders” and “Write all files and folders”.",
      "To receive events, tick “Manage webhooks” too, and generate both signature keys under Webhooks, “Manage signature keys”.",
      "Copy client ID, client secret and signature keys, and save them here.",
    ],
  },
})

/** A registration at Box. */
export interface BoxOptions extends OAuthAppOptions {
  /** What deliveries are signed with. Default: `BOX_PRIMARY_KEY` of the environment. Without any key no webhooks are made. */
  readonly primaryKey?: string
  /** The other one, so that each may be changed. Default: `BOX_SECONDARY_KEY` of the environment. */
  readonly secondaryKey?: string
}

export interface BoxConnector extends ReturnType<typeof define> {}

/**
 * Box, by OAuth. Each refresh token works once, and for 60 days.
 * @see https://developer.box.com/guides/authentication/oauth2/
 */
export const box: (options?: BoxOptions) => BoxConnector = define

async function readMe({ http }: Call): Promise<z.infer<typeof user>> {
  return await http.get("/users/me", { output: user })
}
