// https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api
import { apiKey, type Call, defineConnector, operation } from "@holdfast/core"
import { z } from "zod"
import { webhooks } from "./sendgrid-webhooks.js"

/** @see https://www.twilio.com/docs/sendgrid/api-reference/api-key-permissions */
const scopes = z.looseObject({ scopes: z.array(z.string()) })

const address = z.union([z.email(), z.object({ email: z.email(), name: z.string().optional() })])
const addresses = z.union([address, z.array(address).min(1).max(1000)])

/** @see https://www.twilio.com/docs/sendgrid/api-reference/bounces-api/retrieve-all-bounces */
const bounces = z.array(
  z.looseObject({ email: z.string(), created: z.number(), reason: z.string(), status: z.string() }),
)

/** @see https://www.twilio.com/docs/sendgrid/api-reference/stats/retrieve-global-email-statistics */
const statistics = z.array(
  z.looseObject({ date: z.string(), stats: z.array(z.looseObject({ metrics: z.record(z.string(), z.number()) })) }),
)

const define = defineConnector({
  id: "sendgrid",
  vendor: "sendgrid",
  name: "SendGrid",
  category: "communication",
  documentation: "https://www.twilio.com/docs/sendgrid/api-reference",
  app: null,

  methods: [
    // https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/authentication
    apiKey({
      fields: [
        {
          name: "key",
          label: "API key",
          type: "password",
          help: "At app.sendgrid.com/settings/api_keys. It needs “Mail Send” to send, and full access to hear events.",
          placeholder: "SG.….…",
        },
      ],
      input: z.object({
        key: z
          .string()
          .trim()
          .refine(
            (typed) => typed.startsWith("SG."),
            "An API key begins with SG. What stands in the list is only its id.",
          ),
      }),
    }),
  ],

  api: { baseUrl: "https://api.sendgrid.com/v3", authorization: "Bearer" },
  // https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/errors: sentences and no codes.
  errors: {
    codes: {},
    statuses: { 400: "input_invalid", 403: "forbidden", 413: "input_invalid" },
    retryAfterMs: ({ headers }, now) => waitOf(headers.get("x-ratelimit-reset"), now),
  },

  // The user's own name stands behind a permission that keys do not have by default: the key's fingerprint is the account.
  async identify(call, { fingerprint = "" }) {
    const granted = await readScopes(call)
    const sends = granted.includes("mail.send") ? "sends mail" : "sends no mail"
    return { id: fingerprint, label: `SendGrid API key, ${sends}`, pinned: false }
  },

  async check(call) {
    await readScopes(call)
    return []
  },

  operations: {
    // https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send
    send_email: operation({
      summary: "Send an e-mail",
      effect: "write",
      input: z
        .object({
          from: address,
          to: addresses,
          cc: addresses.optional(),
          bcc: addresses.optional(),
          reply_to: address.optional(),
          subject: z.string().min(1),
          text: z.string().min(1).optional(),
          html: z.string().min(1).optional(),
        })
        .refine(({ text, html }) => text ?? html, "An e-mail needs text or html."),
      output: z.object({ message_id: z.string().optional() }),
      async run({ http }, { from, to, cc, bcc, reply_to, subject, text, html }) {
        let messageId: string | null = null
        await http.post("/mail/send", {
          json: {
            personalizations: [{ to: listed(to), ...(cc && { cc: listed(cc) }), ...(bcc && { bcc: listed(bcc) }) }],
            from: asObject(from),
            ...(reply_to && { reply_to: asObject(reply_to) }),
            subject,
            // Plain text goes before HTML, or it is refused.
            content: [
              ...(text ? [{ type: "text/plain", value: text }] : []),
              ...(html ? [{ type: "text/html", value: html }] : []),
            ],
          },
          onHeaders(headers) {
            messageId = headers.get("x-message-id")
          },
        })
        return messageId === null ? {} : { message_id: messageId }
      },
    }),

    // https://www.twilio.com/docs/sendgrid/api-reference/bounces-api/retrieve-all-bounces
    list_bounces: operation({
      summary: "List addresses that bounced",
      effect: "read",
      input: z.object({
        start_time: z.number().int().optional().describe("Seconds since 1970"),
        end_time: z.number().int().optional(),
        limit: z.number().int().min(1).max(500).default(100),
        offset: z.number().int().min(0).default(0),
      }),
      output: z.object({ bounces }),
      pages: {
        items: (answer) => answer.bounces,
        next: (answer, { limit, offset }) => (answer.bounces.length === limit ? { offset: offset + limit } : undefined),
      },
      run: async ({ http }, query) => ({ bounces: await http.get("/suppression/bounces", { query, output: bounces }) }),
    }),

    // https://www.twilio.com/docs/sendgrid/api-reference/stats/retrieve-global-email-statistics
    get_statistics: operation({
      summary: "Count what was sent, delivered and opened",
      effect: "read",
      input: z.object({
        start_date: z.iso.date(),
        end_date: z.iso.date().optional(),
        aggregated_by: z.enum(["day", "week", "month"]).optional(),
      }),
      output: z.object({ statistics }),
      run: async ({ http }, query) => ({ statistics: await http.get("/stats", { query, output: statistics }) }),
    }),
  },

  webhooks,

  setup: {
    url: "https://app.sendgrid.com/settings/api_keys",
    steps: [
      "Verify a sender: under Sender Authentication, a domain or a single address.",
      "Under Settings, API Keys, click “Create API Key”, and give it “Mail Send” and what else is needed.",
      "Copy the key at once, since it is not shown again, and paste it here.",
    ],
  },
})

export interface SendgridConnector extends ReturnType<typeof define> {}

/**
 * SendGrid, by an API key. A key names nobody: another one may take its place when reconnecting.
 * @see https://www.twilio.com/docs/sendgrid/api-reference
 */
export const sendgrid: () => SendgridConnector = () => define()

async function readScopes({ http }: Call): Promise<readonly string[]> {
  return (await http.get("/scopes", { output: scopes })).scopes
}

/** @see https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/rate-limits */
function waitOf(reset: string | null, now: number): number | undefined {
  return reset === null || reset === "" ? undefined : Number(reset) * 1_000 - now
}

function asObject(one: z.infer<typeof address>): { email: string; name?: string | undefined } {
  return typeof one === "string" ? { email: one } : one
}

function listed(some: z.infer<typeof addresses>) {
  return (Array.isArray(some) ? some : [some]).map(asObject)
}
