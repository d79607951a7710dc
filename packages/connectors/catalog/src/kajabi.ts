// https://developers.kajabi.com/api-reference/authentication
import { type Call, clientCredentials, defineConnector, operation } from "@holdfast/core"
import { z } from "zod"
import { idText } from "./app.js"

const resource = z.looseObject({ id: idText, type: z.string(), attributes: z.looseObject({}) })
const list = z.looseObject({ data: z.array(resource), links: z.looseObject({ next: z.string().nullish() }).optional() })
const me = z.looseObject({
  data: z.looseObject({
    id: idText,
    attributes: z.looseObject({ name: z.string().nullish(), email: z.string().nullish() }),
  }),
})

/** Refusals of the API have a status, a title and a detail, and no code; those of the token endpoint have `error`. */
const refusal = z.looseObject({
  errors: z.array(z.looseObject({ code: z.string().optional() })).optional(),
  error: z.string().optional(),
})

const paging = {
  page: z.number().int().min(1).default(1),
  page_size: z.number().int().min(1).max(100).default(25),
}
const pages = {
  items: ({ data }: z.infer<typeof list>) => data,
  next: ({ data }: z.infer<typeof list>, { page, page_size }: { page: number; page_size: number }) =>
    data.length === page_size ? { page: page + 1 } : undefined,
}
const pageQuery = ({ page, page_size }: { page: number; page_size: number }) => ({
  "page[number]": page,
  "page[size]": page_size,
})

const define = defineConnector({
  id: "kajabi",
  vendor: "kajabi",
  name: "Kajabi",
  category: "commerce",
  documentation: "https://developers.kajabi.com",
  app: null,

  methods: [
    // https://developers.kajabi.com/api-reference/authentication/get-access-token
    clientCredentials({
      label: "Connect with a user API key",
      tokenEndpoint: "https://api.kajabi.com/v1/oauth/token",
      clientAuthentication: "post",
      credentialsFrom: "form",
      fields: [
        {
          name: "client_id",
          label: "Client ID",
          type: "text",
          help: "In Kajabi under Settings, Public API. It is not the API key that Zapier is given.",
        },
        { name: "client_secret", label: "Client secret", type: "password" },
      ],
    }),
  ],

  api: { baseUrl: "https://api.kajabi.com/v1", authorization: "Bearer" },
  errors: {
    read({ status, body }) {
      if (status < 400) return undefined
      const { errors, error } = refusal.safeParse(body).data ?? {}
      return errors?.[0]?.code ?? error
    },
    codes: {},
    statuses: { 400: "input_invalid", 403: "forbidden", 422: "input_invalid" },
  },
  causes: [
    {
      codes: ["invalid_client"],
      cause: "api_key_pair_refused",
      actor: "end_user",
      text: "Kajabi refuses the client id and secret: they were deleted or rotated, or are the pair that Zapier is given.",
      advice: "Make a user API key in Kajabi under Settings, Public API, and reconnect with it.",
      link: "https://developers.kajabi.com/api-reference/authentication",
    },
  ],

  async identify(call) {
    const { id, attributes } = await readMe(call)
    const { name, email } = attributes
    return { id, label: name || `User ${id}`, ...(email && { email }) }
  },

  async check(call) {
    await readMe(call)
    return []
  },

  operations: {
    // https://developers.kajabi.com/api-reference/sites/list-sites
    // https://github.com/api-evangelist/kajabi/blob/main/openapi/_original/kajabi-public-api-openapi.yml
    list_sites: operation({
      summary: "List sites",
      effect: "read",
      input: z.object(paging),
      output: list,
      pages,
      run: ({ http }, page) => http.get("/sites", { query: pageQuery(page), headers: jsonApi, output: list }),
    }),

    // https://developers.kajabi.com/api-reference/contacts/list-contacts
    list_contacts: operation({
      summary: "List contacts",
      effect: "read",
      input: z.object({ site_id: z.string().optional(), search: z.string().optional(), ...paging }),
      output: list,
      pages,
      run: ({ http }, { site_id, search, ...page }) =>
        http.get("/contacts", {
          query: { ...pageQuery(page), "filter[site_id]": site_id, "filter[search]": search },
          headers: jsonApi,
          output: list,
        }),
    }),

    // https://developers.kajabi.com/api-reference/contacts/create-contact
    create_contact: operation({
      summary: "Add a contact to a site",
      effect: "write",
      input: z.object({ site_id: z.string().min(1), email: z.email(), name: z.string().optional() }),
      output: resource,
      trace: ["id"],
      run: async ({ http }, { site_id, ...attributes }) => {
        const site = { data: { type: "sites", id: site_id } }
        const data = { type: "contacts", attributes, relationships: { site } }
        return (
          await http.post("/contacts", {
            json: { data },
            headers: { ...jsonApi, "content-type": "application/vnd.api+json" },
            output: z.looseObject({ data: resource }),
          })
        ).data
      },
    }),
  },

  setup: {
    url: "https://app.kajabi.com/admin/settings/public_api",
    steps: [
      "You need to be an owner or subowner, on a plan with the Public API.",
      "Under Settings, Public API click “Create User API Key”, and choose a user and what it may do.",
      "Copy client ID and client secret, and paste them here. The API key and secret for Zapier are another pair, which is not taken.",
    ],
  },
})

/** @see https://jsonapi.org/format/#content-negotiation */
const jsonApi = { accept: "application/vnd.api+json" }

export interface KajabiConnector extends ReturnType<typeof define> {}

/**
 * Kajabi, by the client id and secret of a user API key.
 * @see https://developers.kajabi.com/api-reference/authentication
 */
export const kajabi: () => KajabiConnector = () => define()

async function readMe({ http }: Call): Promise<z.infer<typeof me>["data"]> {
  return (await http.get("/me", { headers: jsonApi, output: me })).data
}
