// https://developers.mailerlite.com/docs
import { apiKey, type Call, defineConnector, operation } from "@holdfast/core"
import { z } from "zod"
import { idText } from "./app.js"

/** What `GET /account` answers. */
const account = z.looseObject({
  data: z.looseObject({ id: idText, name: z.string().nullish(), sender_email: z.string().nullish() }),
})

/** @see https://developers.mailerlite.com/docs/subscribers.html */
const subscriber = z.looseObject({ id: z.string(), email: z.string(), status: z.string() })
const one = z.looseObject({ data: subscriber })
const page = z.looseObject({ next_cursor: z.string().nullish(), per_page: z.number().optional() })

// Classic keys are 32 hexadecimal digits; those of the API that is described here are long tokens.
// https://developers-classic.mailerlite.com/docs/authentication
const key = z
  .string()
  .trim()
  .min(1)
  .refine(
    (typed) => !/^[\da-f]{32}$/i.test(typed),
    "That is a key of MailerLite Classic. Make one of the new MailerLite, under Integrations.",
  )

const define = defineConnector({
  id: "mailerlite",
  vendor: "mailerlite",
  name: "MailerLite",
  category: "marketing",
  documentation: "https://developers.mailerlite.com/docs",
  app: null,

  methods: [
    // https://developers.mailerlite.com/docs/#authentication
    apiKey({
      fields: [
        {
          name: "key",
          label: "API token",
          type: "password",
          help: "In MailerLite under Integrations, MailerLite API, “Generate new token”. It is shown once.",
        },
      ],
      input: z.object({ key }),
    }),
  ],

  api: { baseUrl: "https://connect.mailerlite.com/api", authorization: "Bearer" },
  // https://developers.mailerlite.com/docs/#validation-errors: refusals are told apart by their status alone.
  errors: { codes: {}, statuses: { 422: "input_invalid", 403: "forbidden" } },

  async identify(call) {
    const { id, name, sender_email } = await readAccount(call)
    return { id, label: name || `Account ${id}`, ...(sender_email && { email: sender_email }) }
  },

  async check(call) {
    await readAccount(call)
    return []
  },

  // https://developers.mailerlite.com/docs/subscribers.html#count-total-subscribers
  async statistics({ http }) {
    const { total } = await http.get("/subscribers", {
      query: { limit: 0 },
      output: z.looseObject({ total: z.number() }),
    })
    return [{ label: "Subscribers", value: total }]
  },

  operations: {
    // https://developers.mailerlite.com/docs/subscribers.html#list-all-subscribers
    list_subscribers: operation({
      summary: "List subscribers, a page at a time",
      effect: "read",
      input: z.object({
        status: z.enum(["active", "unsubscribed", "unconfirmed", "bounced", "junk"]).optional(),
        limit: z.number().int().min(1).max(1000).optional(),
        cursor: z.string().optional().describe("meta.next_cursor of the page before"),
      }),
      output: z.looseObject({ data: z.array(subscriber), meta: page }),
      pages: {
        items: ({ data }) => data,
        next: ({ meta: { next_cursor } }) => (next_cursor ? { cursor: next_cursor } : undefined),
      },
      run: ({ http }, { status, limit, cursor }) =>
        http.get("/subscribers", {
          query: { "filter[status]": status, limit, cursor },
          output: z.looseObject({ data: z.array(subscriber), meta: page }),
        }),
    }),

    // https://developers.mailerlite.com/docs/subscribers.html#fetch-a-subscriber
    get_subscriber: operation({
      summary: "Read a subscriber",
      effect: "read",
      input: z.object({ subscriber: z.string().min(1).describe("Id or e-mail address") }),
      output: subscriber,
      trace: ["id"],
      async run({ http }, { subscriber: which }) {
        const { data } = await http.get("/subscribers/{which}", { path: { which }, output: one })
        return data
      },
    }),

    // https://developers.mailerlite.com/docs/subscribers.html#create-upsert-subscriber
    upsert_subscriber: operation({
      summary: "Add a subscriber, or change the one with this address",
      effect: "write",
      input: z.object({
        email: z.email(),
        fields: z.record(z.string(), z.union([z.string(), z.number(), z.null()])).optional(),
        groups: z.array(z.string()).optional(),
        status: z.enum(["active", "unsubscribed", "unconfirmed", "bounced", "junk"]).optional(),
      }),
      output: subscriber,
      trace: ["id"],
      async run({ http }, json) {
        // It never takes anything away, so it may be sent again.
        const { data } = await http.post("/subscribers", { json, idempotent: true, output: one })
        return data
      },
    }),

    // https://developers.mailerlite.com/docs/groups.html#list-all-groups
    list_groups: operation({
      summary: "List groups",
      effect: "read",
      input: z.object({ limit: z.number().int().min(1).optional(), page: z.number().int().min(1).optional() }),
      output: z.looseObject({ data: z.array(z.looseObject({ id: z.string(), name: z.string() })) }),
      run: ({ http }, query) =>
        http.get("/groups", {
          query,
          output: z.looseObject({ data: z.array(z.looseObject({ id: z.string(), name: z.string() })) }),
        }),
    }),
  },

  setup: {
    url: "https://dashboard.mailerlite.com/integrations/api",
    steps: [
      "Log in to MailerLite, go to Integrations, and choose “MailerLite API”.",
      "Click “Generate new token” and give it a name that says where it is used.",
      "Copy it at once, since it is not shown again, and paste it here. It ends with the person who made it.",
    ],
  },
})

export interface MailerliteConnector extends ReturnType<typeof define> {}

/**
 * MailerLite, by an API token of the new MailerLite. Keys of MailerLite Classic are told apart and refused with a sentence.
 * @see https://developers.mailerlite.com/docs
 */
export const mailerlite: () => MailerliteConnector = () => define()

async function readAccount({ http }: Call): Promise<z.infer<typeof account>["data"]> {
  return (await http.get("/account", { output: account })).data
}
