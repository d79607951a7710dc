import { type Call, isHoldfastError, type Place, type Verdict, type WebhookEvent, type Webhooks } from "@holdfast/core"
import { z } from "zod"
import { graphql } from "./graphql.js"
import { isSignedByAny, parsedJson, unverified } from "./webhook-kit.js"

/** @see https://linear.app/developers/webhooks */
const payload = z.looseObject({
  action: z.string(),
  type: z.string(),
  organizationId: z.string(),
  webhookId: z.string(),
  webhookTimestamp: z.number(),
  createdAt: z.string().optional(),
  url: z.string().optional(),
  data: z.looseObject({ id: z.string() }).optional(),
  updatedFrom: z.looseObject({}).optional(),
})

const toleranceMs = 60_000
const mostPages = 5
const resourceTypes = ["Issue", "Comment"]
const pasts: Readonly<Record<string, string>> = { create: "created", update: "updated", remove: "removed" }

const hook = z.looseObject({ id: z.string(), url: z.string().nullish() })
const pageInfo = z.looseObject({ hasNextPage: z.boolean(), endCursor: z.string().nullish() })
const listed = z.looseObject({ webhooks: z.looseObject({ nodes: z.array(hook), pageInfo }) })
const made = z.looseObject({
  webhookCreate: z.looseObject({ success: z.literal(true), webhook: z.looseObject({ id: z.string() }) }),
})

/**
 * OAuth applications have one webhook for all workspaces, signed with a secret of the application; whoever connects with an API key, and
 * administers the workspace, gets a webhook of their own.
 * @see https://linear.app/developers/webhooks
 */
export const webhooks: Webhooks = {
  scheme: "HMAC-SHA256 of the body, hex, Linear-Signature; webhookTimestamp in the body, 60 s",

  async verify({ app, clock }, delivery) {
    const { webhookSecret } = app.fields
    if (!webhookSecret)
      throw unverified("linear", "The app has no signing secret of webhooks: save it to receive them.")
    return await verdictOf([webhookSecret], clock.now(), delivery)
  },

  own: {
    methods: ["api_key"],
    verify: async ({ clock, secrets }, delivery) => await verdictOf(secrets, clock.now(), delivery),
  },

  events: {
    issue_created: { summary: "An issue was created", payload },
    issue_updated: { summary: "An issue changed; `updatedFrom` has what was there before", payload },
    issue_removed: { summary: "An issue was deleted", payload },
    comment_created: { summary: "Somebody commented", payload },
    comment_updated: { summary: "A comment changed", payload },
    comment_removed: { summary: "A comment was deleted", payload },
    app_revoked: { summary: "A workspace took the application's authorization back", payload },
  },

  ends: ({ name }) => name === "app_revoked",

  async subscribe(call, place) {
    try {
      const there = (await hooksOf(call)).filter(({ url }) => url === place.url)
      // The secret is ours, so that one that nobody could tell of is as good as another.
      const id = there[0]?.id ?? (await create(call, place))
      return [{ data: { id }, secret: place.secret }]
    } catch (error) {
      // Webhooks are an administrator's: somebody else's connection goes without.
      if (!isHoldfastError(error, "forbidden") && !isHoldfastError(error, "scope_missing")) throw error
      call.context.log.warn("this person may not make webhooks at Linear, so there will be no events", {
        code: error.code,
      })
      return []
    }
  },

  async unsubscribe({ http }, subscriptions) {
    const query = "mutation ($id: String!) { webhookDelete(id: $id) { success } }"
    for (const { data } of subscriptions) {
      // Ids that are nobody's are said to be wrong input.
      await graphql(http, "/graphql", { query, variables: { id: data.id ?? "" }, data: z.looseObject({}) }).catch(
        (error: unknown) => {
          if (!isHoldfastError(error, "input_invalid")) throw error
        },
      )
    }
  },
}

async function verdictOf(
  secrets: readonly string[],
  now: number,
  { headers, body, text }: { readonly headers: Headers; readonly body: Uint8Array; readonly text: string },
): Promise<Verdict> {
  if (!(await isSignedByAny(secrets, [body], headers.get("linear-signature") ?? "", "hex")))
    throw unverified("linear", "Linear-Signature does not fit the body and the secret.")
  const read = payload.safeParse(parsedJson(text)).data
  if (!read) throw unverified("linear", "The delivery cannot be read.")
  if (Math.abs(now - read.webhookTimestamp) > toleranceMs) throw unverified("linear", "The delivery is too old.")
  const name = nameOf(read)
  if (name === undefined) return { is: "events", events: [] }
  const id = headers.get("linear-delivery") ?? undefined
  const event: WebhookEvent = {
    ...(id !== undefined && { id }),
    name,
    payload: read,
    concerns: ({ data }) => data?.organizationId === read.organizationId,
  }
  return { is: "events", events: [event] }
}

function nameOf({ type, action }: z.infer<typeof payload>): string | undefined {
  if (type === "OAuthApp" && action === "revoked") return "app_revoked"
  const past = pasts[action]
  return past !== undefined && resourceTypes.includes(type) ? `${type.toLowerCase()}_${past}` : undefined
}

async function hooksOf({ http }: Call): Promise<z.infer<typeof hook>[]> {
  const query = `query ($first: Int, $after: String) {
    webhooks(first: $first, after: $after) { nodes { id url } pageInfo { hasNextPage endCursor } }
  }`
  const found: z.infer<typeof hook>[] = []
  for (let count = 0, after: string | null | undefined; count < mostPages; count++) {
    const variables = { first: 50, ...(after && { after }) }
    const { nodes, pageInfo } = (await graphql(http, "/graphql", { query, variables, data: listed })).webhooks
    found.push(...nodes)
    after = pageInfo.endCursor
    if (!pageInfo.hasNextPage || !after) break
  }
  return found
}

async function create({ http }: Call, { url, secret }: Place): Promise<string> {
  const query = "mutation ($input: WebhookCreateInput!) { webhookCreate(input: $input) { success webhook { id } } }"
  const input = { url, secret, resourceTypes, allPublicTeams: true, label: "Holdfast" }
  return (await graphql(http, "/graphql", { query, variables: { input }, data: made })).webhookCreate.webhook.id
}
