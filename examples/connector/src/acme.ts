// Every fact below is Acme's, and Acme is invented. Replace each one, and link the public page it comes from.
import { type AppOptions, type Call, defineConnector, oauth2, operation } from "@holdfast/core"
import { z } from "zod"
import { causes } from "./causes.js"

const user = z.object({ id: z.string(), name: z.string(), email: z.string().optional() })
const project = z.object({ id: z.string(), name: z.string() })
const projectPage = z.object({ projects: z.array(project), next: z.string().nullable() })

const define = defineConnector({
  id: "acme",
  vendor: "acme",
  name: "Acme",
  category: "productivity",
  documentation: "https://docs.acme.example/",

  app: {
    schema: z.object({ clientId: z.string().min(1), clientSecret: z.string().min(1) }),
    fields: [
      { name: "clientId", label: "Client ID", secret: false },
      { name: "clientSecret", label: "Client secret", secret: true },
    ],
  },

  methods: [
    // https://docs.acme.example/oauth
    oauth2({
      authorizationEndpoint: "https://acme.example/oauth/authorize",
      tokenEndpoint: "https://acme.example/oauth/token",
      revocationEndpoint: "https://acme.example/oauth/revoke",
      scopes: ["projects:read", "projects:write"],
      policy: {
        rotation: "single-use",
        reuse: "revokes-family",
        revokes: "grant",
        accessTokenSeconds: 3600,
        expectsRefreshToken: true,
      },
    }),
  ],

  api: { baseUrl: "https://api.acme.example/v1", authorization: "Bearer" },

  // https://docs.acme.example/errors
  errors: {
    read: ({ status, body }) => (status >= 400 ? errorBody.safeParse(body).data?.error : undefined),
    codes: {
      token_expired: "token_expired",
      token_revoked: "grant_ended",
      missing_scope: "scope_missing",
      project_not_found: "resource_not_found",
      invalid_request: "input_invalid",
    },
    statuses: { 401: "token_expired", 429: "rate_limited" },
  },
  causes,

  async identify({ http }) {
    const { id, name, email } = await http.get("/me", { output: user })
    return { id, label: name, ...(email && { email }) }
  },

  async check({ http }) {
    await http.get("/me", { output: user })
    return []
  },

  operations: {
    // https://docs.acme.example/projects#list
    list_projects: operation({
      summary: "Lists the projects that the account can see.",
      effect: "read",
      scopes: ["projects:read"],
      input: z.object({ cursor: z.string().optional() }),
      output: z.object({ projects: z.array(project), nextCursor: z.string().optional() }),
      pages: {
        items: (result) => result.projects,
        next: ({ nextCursor }) => (nextCursor === undefined ? undefined : { cursor: nextCursor }),
      },
      async run({ http }: Call, { cursor }) {
        const { projects, next } = await http.get("/projects", { query: { cursor }, output: projectPage })
        return { projects, ...(next && { nextCursor: next }) }
      },
    }),

    // https://docs.acme.example/projects#create
    create_project: operation({
      summary: "Creates a project.",
      effect: "write",
      scopes: ["projects:write"],
      input: z.object({ name: z.string().min(1) }),
      output: project,
      run: ({ http }: Call, { name }) => http.post("/projects", { json: { name }, output: project }),
    }),
  },

  setup: {
    url: "https://acme.example/settings/apps",
    steps: [
      "Choose New app and give it a name your users will recognise.",
      "Add {redirectUri} as a redirect URI.",
      "Copy the client ID and the client secret.",
    ],
  },
})

const errorBody = z.object({ error: z.string() })

/** The registration of an Acme app. Without it `ACME_CLIENT_ID` and `ACME_CLIENT_SECRET` are read from the environment. */
export interface AcmeOptions extends AppOptions {
  readonly clientId?: string
  readonly clientSecret?: string
}

/** Acme, as {@link acme} describes it. */
export interface AcmeConnector extends ReturnType<typeof define> {}

/**
 * Acme: projects of a user account, over OAuth 2.0.
 * @see https://docs.acme.example/
 */
export const acme: (options?: AcmeOptions) => AcmeConnector = define
