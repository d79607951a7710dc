import { type Call, operation } from "@holdfast/core"
import { z } from "zod"
import { md5 } from "./md5.js"

// https://mailchimp.com/developer/marketing/docs/methods-parameters/
const page = {
  count: z.number().int().min(1).max(1_000).default(10),
  offset: z.number().int().min(0).default(0),
}
const next = (got: number, total: number, { offset = 0 }: { offset?: number | undefined }) =>
  got > 0 && offset + got < total ? { offset: offset + got } : undefined

/** @see https://mailchimp.com/developer/marketing/api/lists/get-lists-info/ */
const audience = z.looseObject({
  id: z.string(),
  name: z.string(),
  date_created: z.string().optional(),
  stats: z.looseObject({ member_count: z.number(), unsubscribe_count: z.number().optional() }).optional(),
})
const audiences = z.looseObject({ lists: z.array(audience), total_items: z.number() })

/** @see https://mailchimp.com/developer/marketing/api/list-members/get-member-info/ */
const member = z.looseObject({
  id: z.string(),
  email_address: z.string(),
  status: z.string(),
  full_name: z.string().nullish(),
  contact_id: z.string().nullish(),
  merge_fields: z.looseObject({}).optional(),
  last_changed: z.string().nullish(),
  list_id: z.string(),
})
const members = z.looseObject({ members: z.array(member), total_items: z.number() })

/** @see https://mailchimp.com/developer/marketing/api/campaigns/list-campaigns/ */
const campaign = z.looseObject({
  id: z.string(),
  type: z.string().optional(),
  status: z.string(),
  send_time: z.string().nullish(),
  emails_sent: z.number().optional(),
  recipients: z.looseObject({ list_id: z.string().optional() }).optional(),
  settings: z.looseObject({ subject_line: z.string().optional(), title: z.string().optional() }).optional(),
})
const campaigns = z.looseObject({ campaigns: z.array(campaign), total_items: z.number() })

const list_id = z.string().min(1).describe("The audience's id")
const status = z.enum(["subscribed", "unsubscribed", "cleaned", "pending", "transactional"])
const about = {
  merge_fields: z.record(z.string(), z.unknown()).optional().describe("By merge tag: FNAME, LNAME"),
  language: z.string().min(2).optional(),
  vip: z.boolean().optional(),
}

/** Members are named by the MD5 of the address in lower case, which also keeps addresses out of the paths of requests. */
const subscriberHash = (address: string) => md5(address.trim().toLowerCase())

/**
 * Audiences, their members, and campaigns.
 * @see https://mailchimp.com/developer/marketing/api/
 */
export const operations = {
  list_audiences: operation({
    summary: "List audiences, with how many members they have",
    effect: "read",
    input: z.object(page).prefault({}),
    output: audiences,
    pages: {
      items: ({ lists }) => lists,
      next: ({ lists, total_items }, parameters) => next(lists.length, total_items, parameters),
    },
    run: ({ http }: Call, query) => http.get("/lists", { query, output: audiences }),
  }),

  list_members: operation({
    summary: "List members of an audience",
    effect: "read",
    input: z.object({
      list_id,
      status: status.optional(),
      since_last_changed: z.iso.datetime({ offset: true }).optional(),
      ...page,
    }),
    output: members,
    pages: {
      items: (result) => result.members,
      next: (result, parameters) => next(result.members.length, result.total_items, parameters),
    },
    run: ({ http }: Call, { list_id, ...query }) =>
      http.get("/lists/{list_id}/members", { path: { list_id }, query, output: members }),
  }),

  // https://mailchimp.com/developer/marketing/api/list-members/add-member-to-list/
  add_member: operation({
    summary: "Add a member to an audience",
    effect: "write",
    input: z.object({
      list_id,
      email_address: z.email(),
      status: status.default("subscribed").describe("`pending` sends a confirmation first"),
      tags: z.array(z.string().min(1)).optional(),
      ...about,
    }),
    output: member,
    trace: ["id"],
    run: ({ http }: Call, { list_id, ...json }) =>
      http.post("/lists/{list_id}/members", { path: { list_id }, json, output: member }),
  }),

  // https://mailchimp.com/developer/marketing/api/list-members/add-or-update-list-member/
  upsert_member: operation({
    summary: "Add a member to an audience, or change the one that is there",
    effect: "write",
    input: z.object({
      list_id,
      email_address: z.email(),
      status_if_new: status.default("subscribed"),
      status: status.optional().describe("Also of a member that is there"),
      ...about,
    }),
    output: member,
    trace: ["id"],
    run: ({ http }: Call, { list_id, ...json }) => {
      const path = { list_id, hash: subscriberHash(json.email_address) }
      return http.put("/lists/{list_id}/members/{hash}", { path, json, output: member })
    },
  }),

  // https://mailchimp.com/developer/marketing/api/list-members/update-list-member/
  update_member: operation({
    summary: "Change a member of an audience",
    effect: "write",
    input: z.object({
      list_id,
      email_address: z.email().describe("As it is now"),
      new_email_address: z.email().optional(),
      status: status.optional(),
      ...about,
    }),
    output: member,
    trace: ["id"],
    run: ({ http }: Call, { list_id, email_address, new_email_address, ...rest }) => {
      const path = { list_id, hash: subscriberHash(email_address) }
      const json = { ...rest, ...(new_email_address !== undefined && { email_address: new_email_address }) }
      return http.patch("/lists/{list_id}/members/{hash}", { path, json, output: member })
    },
  }),

  list_campaigns: operation({
    summary: "List campaigns",
    effect: "read",
    input: z
      .object({
        status: z.enum(["save", "paused", "schedule", "sending", "sent"]).optional(),
        list_id: list_id.optional(),
        ...page,
      })
      .prefault({}),
    output: campaigns,
    pages: {
      items: (result) => result.campaigns,
      next: (result, parameters) => next(result.campaigns.length, result.total_items, parameters),
    },
    run: ({ http }: Call, query) => http.get("/campaigns", { query, output: campaigns }),
  }),

  // https://mailchimp.com/developer/marketing/api/campaigns/send-campaign/
  send_campaign: operation({
    summary: "Send a campaign to its audience, at once",
    effect: "write",
    input: z.object({ campaign_id: z.string().min(1) }),
    output: z.object({ campaign_id: z.string(), sent: z.literal(true) }),
    run: async ({ http }: Call, { campaign_id }) => {
      await http.post("/campaigns/{campaign_id}/actions/send", { path: { campaign_id } })
      return { campaign_id, sent: true as const }
    },
  }),
}

/** @see https://mailchimp.com/developer/marketing/api/root/list-api-root-resources/ */
export const root = z.looseObject({
  account_id: z.string().min(1),
  account_name: z.string(),
  email: z.string().nullish(),
  total_subscribers: z.number().optional(),
})

/** Subscribers of the account, and members of each audience. */
export async function statistics({ http }: Call): Promise<readonly { label: string; value: number }[]> {
  const { total_subscribers } = await http.get("/", { output: root })
  const { lists } = await http.get("/lists", { query: { count: 10 }, output: audiences })
  return [
    ...(total_subscribers === undefined ? [] : [{ label: "Subscribers", value: total_subscribers }]),
    ...lists.flatMap(({ name, stats }) => (stats ? [{ label: `Members of ${name}`, value: stats.member_count }] : [])),
  ]
}
