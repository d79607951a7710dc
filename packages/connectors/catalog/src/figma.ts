// https://developers.figma.com/docs/rest-api/
import { apiKey, type Call, defineConnector, oauth2, operation } from "@holdfast/core"
import { z } from "zod"
import { idText, type OAuthAppOptions, oauthApp } from "./app.js"

/** @see https://developers.figma.com/docs/rest-api/users-endpoints/ */
const user = z.looseObject({ id: idText, handle: z.string(), email: z.string().nullish() })

/** @see https://developers.figma.com/docs/rest-api/file-endpoints/ */
const file = z.looseObject({
  name: z.string(),
  lastModified: z.string(),
  version: z.string(),
  document: z.looseObject({}),
})
const described = z.looseObject({ name: z.string() })
/** The specification has the fields at the top, and some clients read them under `file`: both will do. */
const metadata = z.union([z.looseObject({ file: described }).transform(({ file }) => file), described])

/** @see https://developers.figma.com/docs/rest-api/comments-endpoints/ */
const comment = z.looseObject({ id: z.string(), message: z.string(), created_at: z.string() })
const comments = z.looseObject({ comments: z.array(comment) })

/** @see https://developers.figma.com/docs/rest-api/errors/ */
const refusal = z.looseObject({
  err: z.string().optional(),
  error: z.union([z.string(), z.boolean()]).optional(),
  // Some endpoints answer `error: true` and say it here.
  message: z.string().optional(),
})

const file_key = z.string().min(1).describe("In the file's address, behind /design/")

const define = defineConnector({
  id: "figma",
  vendor: "figma",
  name: "Figma",
  category: "design",
  documentation: "https://developers.figma.com/docs/rest-api/",
  app: oauthApp("At figma.com/developers/apps, on the app's page."),

  methods: [
    // https://developers.figma.com/docs/rest-api/authentication/#oauth-20
    // https://github.com/figma/rest-api-spec/blob/main/openapi/openapi.yaml
    oauth2({
      authorizationEndpoint: "https://www.figma.com/oauth",
      tokenEndpoint: "https://api.figma.com/v1/oauth/token",
      // Answers with an access token alone: the refresh token goes on being good.
      refreshEndpoint: "https://api.figma.com/v1/oauth/refresh",
      scopes: [
        "current_user:read",
        "file_content:read",
        "file_metadata:read",
        "file_comments:read",
        "file_comments:write",
      ],
      clientAuthentication: "basic",
      policy: { rotation: "reusable", accessTokenSeconds: 7_776_000 },
    }),
    // https://developers.figma.com/docs/rest-api/authentication/#access-tokens
    apiKey({
      id: "personal_token",
      label: "Connect with a personal access token",
      fields: [
        {
          name: "key",
          label: "Personal access token",
          type: "password",
          help: "In Figma under Settings, Security. It needs the scopes of what is to be read, and current_user:read.",
          placeholder: "figd_…",
        },
      ],
      authorize: (request, { key }) => request.headers.set("x-figma-token", key),
    }),
  ],

  api: { baseUrl: "https://api.figma.com/v1", authorization: "Bearer, or X-Figma-Token: {key}" },
  errors: {
    read: ({ status, body }) => (status >= 400 ? codeOf(body) : undefined),
    // Tokens that are over are refused with 403, as what is forbidden is.
    codes: {
      token_expired: "token_expired",
      invalid_token: "token_expired",
      not_found: "resource_not_found",
      rate_limit_exceeded: "rate_limited",
    },
    statuses: { 400: "input_invalid", 403: "forbidden" },
  },

  async identify(call) {
    const { id, handle, email } = await readMe(call)
    return { id, label: handle || id, ...(email && { email }) }
  },

  async check(call) {
    await readMe(call)
    return []
  },

  operations: {
    // https://developers.figma.com/docs/rest-api/file-endpoints/#get-file-metadata-endpoint
    get_file_metadata: operation({
      summary: "Read what is known of a file",
      effect: "read",
      scopes: ["file_metadata:read"],
      input: z.object({ file_key }),
      output: described,
      run: ({ http }, path) => http.get("/files/{file_key}/meta", { path, output: metadata }),
    }),

    // https://developers.figma.com/docs/rest-api/file-endpoints/#get-files-endpoint
    get_file: operation({
      summary: "Read a file",
      effect: "read",
      scopes: ["file_content:read"],
      input: z.object({
        file_key,
        depth: z.number().int().min(1).optional().describe("1 for pages, 2 for what lies on them"),
        ids: z.array(z.string()).optional(),
      }),
      output: file,
      run: ({ http }, { file_key, depth, ids }) =>
        http.get("/files/{file_key}", { path: { file_key }, query: { depth, ids: ids?.join(",") }, output: file }),
    }),

    // https://developers.figma.com/docs/rest-api/comments-endpoints/#get-comments-endpoint
    list_comments: operation({
      summary: "List comments on a file",
      effect: "read",
      scopes: ["file_comments:read"],
      input: z.object({ file_key, as_md: z.boolean().optional() }),
      output: comments,
      run: ({ http }, { file_key, as_md }) =>
        http.get("/files/{file_key}/comments", { path: { file_key }, query: { as_md }, output: comments }),
    }),

    // https://developers.figma.com/docs/rest-api/comments-endpoints/#post-comments-endpoint
    create_comment: operation({
      summary: "Comment on a file",
      effect: "write",
      scopes: ["file_comments:write"],
      input: z.object({
        file_key,
        message: z.string().min(1),
        comment_id: z.string().optional().describe("The comment that is answered"),
        client_meta: z.looseObject({}).optional().describe("Where: { x, y } or { node_id, node_offset }"),
      }),
      output: comment,
      trace: ["id"],
      run: ({ http }, { file_key, ...json }) =>
        http.post("/files/{file_key}/comments", { path: { file_key }, json, output: comment }),
    }),
  },

  setup: {
    url: "https://www.figma.com/developers/apps",
    steps: [
      "Create an app, in the team or organization that it will belong to.",
      "Under “OAuth credentials” add {redirectUri} to its redirect URLs.",
      "Under “OAuth scopes” tick current_user:read, file_content:read, file_metadata:read, file_comments:read and file_comments:write.",
      "Publish it: to your organization, or to everybody, which Figma reviews.",
      "Copy client ID and client secret, which is shown once, and save them here.",
    ],
  },
})

export interface FigmaConnector extends ReturnType<typeof define> {}

/**
 * Figma, by OAuth with one refresh token for good, or with a personal access token.
 * @see https://developers.figma.com/docs/rest-api/authentication/
 */
export const figma: (options?: OAuthAppOptions) => FigmaConnector = define

/** The few words of `err` as a code: `Token expired` is `token_expired`. */
function codeOf(body: unknown): string | undefined {
  const { err, error, message } = refusal.safeParse(body).data ?? {}
  const said = err ?? (typeof error === "string" ? error : message)
  return said?.toLowerCase().replaceAll(/[^a-z]+/g, "_")
}

async function readMe({ http }: Call): Promise<z.infer<typeof user>> {
  return await http.get("/me", { output: user })
}
