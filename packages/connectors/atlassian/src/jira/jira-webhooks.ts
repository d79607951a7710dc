// https://developer.atlassian.com/cloud/jira/platform/webhooks/
import {
  type Account,
  type Call,
  fromBase64url,
  HoldfastError,
  hmac,
  isHoldfastError,
  isSameText,
  type Subscription,
  type Webhooks,
} from "@holdfast/core"
import { z } from "zod"

const names: Readonly<Record<string, string>> = {
  "jira:issue_created": "issue_created",
  "jira:issue_updated": "issue_updated",
  "jira:issue_deleted": "issue_deleted",
  comment_created: "comment_created",
}

/** @see https://developer.atlassian.com/cloud/jira/platform/webhooks/#example-callback-for-an-issue-related-event */
const delivered = z.looseObject({
  timestamp: z.number(),
  webhookEvent: z.string(),
  issue: z.looseObject({ id: z.string(), key: z.string(), self: z.string() }),
  user: z.looseObject({ accountId: z.string() }).nullish(),
  comment: z.looseObject({ id: z.string(), author: z.looseObject({ accountId: z.string() }).nullish() }).nullish(),
  changelog: z
    .looseObject({ id: z.string(), items: z.array(z.looseObject({ field: z.string() })).optional() })
    .nullish(),
})

/** What is handed on. A site's event reaches each connection of that site, and not all may see all: so no more than ids. */
const happened = z.object({
  timestamp: z.number(),
  issueId: z.string(),
  issueKey: z.string(),
  accountId: z.string().optional(),
  changed: z.array(z.string()).optional(),
  commentId: z.string().optional(),
})

/** @see https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-webhooks/#api-rest-api-3-webhook-get */
const registered = z.looseObject({
  id: z.number(),
  url: z.string().nullish(),
  jqlFilter: z.string().nullish(),
  events: z.array(z.string()),
  expirationDate: z.union([z.string(), z.number()]).nullish(),
})
type Registered = z.output<typeof registered>

const dayMs = 86_400_000
const lifeMs = 30 * dayMs
// How many projects one filter names: well within the length of a query.
const mostProjects = 1_000

/**
 * Webhooks that an OAuth 2.0 app registers, one a connection, at its default site. They end after thirty days. A filter can only name
 * projects, and an app has one address for all of them.
 */
export const webhooks: Webhooks = {
  scheme: "Authorization: Bearer, a JWT under the app's secret (HS256); it does not cover the body",

  async verify({ app, clock }, { headers, text }) {
    await prove(headers.get("authorization") ?? "", app.fields.clientSecret ?? "", clock.now())
    const json = parsed(text)
    if (json === undefined) throw unverified("What was delivered is no JSON object.")
    const read = delivered.safeParse(json).data
    const name = read && names[read.webhookEvent]
    if (!read || !name) return { is: "events", events: [] }
    const { timestamp, webhookEvent, issue, user, comment, changelog } = read
    const accountId = user?.accountId ?? comment?.author?.accountId
    return {
      is: "events",
      events: [
        {
          // By what happened: whoever of the site's people asked for it, it is told once.
          id: [issue.self, webhookEvent, comment?.id, changelog?.id, timestamp].join(" "),
          name,
          concerns: (account) => isSiteOf(account, issue.self),
          payload: {
            timestamp,
            issueId: issue.id,
            issueKey: issue.key,
            ...(accountId && { accountId }),
            ...(changelog?.items && { changed: changelog.items.map(({ field }) => field) }),
            ...(comment && { commentId: comment.id }),
          },
        },
      ],
    }
  },

  events: {
    issue_created: { summary: "An issue was created", payload: happened },
    issue_updated: { summary: "An issue has changed", payload: happened },
    issue_deleted: { summary: "An issue was deleted", payload: happened },
    comment_created: { summary: "An issue was commented on", payload: happened },
  },

  async subscribe(call, place) {
    const cloudId = call.account?.data?.cloudId
    // Asked for other scopes, it may not register any; asking in vain would not change that.
    if (!cloudId || !["manage:jira-webhook", "read:jira-work"].every((scope) => call.granted?.includes(scope) ?? true))
      return []
    const jqlFilter = await filterOf(call)
    if (jqlFilter === undefined) return []
    const now = call.context.clock.now()
    const isWanted = (one: Registered) =>
      one.url === place.url &&
      one.jqlFilter === jqlFilter &&
      isSameSet(one.events, Object.keys(names)) &&
      endOf(one) > now
    const known = new Set(place.known.map(({ data }) => data.id))
    const found = (await listed(call)).filter(isWanted)
    const there = found.find(({ id }) => known.has(String(id))) ?? found[0]
    if (!there) return [{ data: { cloudId, id: await register(call, place.url, jqlFilter) }, ...heardUntil(now) }]
    if (endOf(there) - now < lifeMs / 2) await call.http.put("/webhook/refresh", { json: { webhookIds: [there.id] } })
    return [{ data: { cloudId, id: String(there.id) }, ...heardUntil(now) }]
  },

  async unsubscribe({ http }, subscriptions) {
    for (const { data } of subscriptions) {
      // The default site may be another by now. Unknown ids are ignored, so what is gone is no error.
      const removed = http.delete("https://api.atlassian.com/ex/jira/{cloudId}/rest/api/3/webhook", {
        path: { cloudId: data.cloudId ?? "" },
        json: { webhookIds: [Number(data.id)] },
      })
      // The app was taken from that site, and its webhooks with it.
      await removed.catch((error: unknown) => {
        if (!isHoldfastError(error, "forbidden") && !isHoldfastError(error, "resource_not_found")) throw error
      })
    }
  },
}

/** They last thirty days; looking within a day finds projects that are new, and webhooks that somebody has removed. */
function heardUntil(now: number): Pick<Subscription, "expiresAt"> {
  return { expiresAt: now + dayMs }
}

/** A filter must name what it lets through, by `=`, `!=`, `IN` or `NOT IN`: so all that the person can see, and undefined for nothing. */
async function filterOf({ http }: Call): Promise<string | undefined> {
  const page = z.looseObject({ values: z.array(z.looseObject({ id: z.string().regex(/^\d+$/) })), isLast: z.boolean() })
  const ids: string[] = []
  while (ids.length < mostProjects) {
    const query = { startAt: ids.length, maxResults: 100, orderBy: "key" }
    const { values, isLast } = await http.get("/project/search", { query, output: page })
    ids.push(...values.map(({ id }) => id))
    if (isLast || values.length === 0) break
  }
  const inOrder = ids.slice(0, mostProjects).toSorted((left, right) => Number(left) - Number(right))
  return inOrder.length === 0 ? undefined : `project IN (${inOrder.join(", ")})`
}

async function listed({ http }: Call): Promise<readonly Registered[]> {
  const page = z.looseObject({ values: z.array(registered), isLast: z.boolean().optional() })
  const found: Registered[] = []
  for (let turn = 0; turn < 20; turn++) {
    const query = { startAt: found.length, maxResults: 100 }
    const { values, isLast = true } = await http.get("/webhook", { query, output: page })
    found.push(...values)
    if (isLast || values.length === 0) break
  }
  return found
}

/** Answers its id. A refusal comes with status 200. */
async function register({ http }: Call, url: string, jqlFilter: string): Promise<string> {
  const answer = z.looseObject({
    webhookRegistrationResult: z.array(z.looseObject({ createdWebhookId: z.number().nullish() })),
  })
  const { webhookRegistrationResult: results } = await http.post("/webhook", {
    json: { url, webhooks: [{ jqlFilter, events: Object.keys(names) }] },
    output: answer,
  })
  const id = results[0]?.createdWebhookId
  if (id === undefined || id === null) throw new HoldfastError("provider_rejected", "Jira registered no webhook.")
  return String(id)
}

function endOf({ expirationDate }: Registered): number {
  if (typeof expirationDate === "number") return expirationDate
  // `2019-06-01T12:42:30.000+0000`
  const end = Date.parse((expirationDate ?? "").replace(/([+-]\d\d)(\d\d)$/, "$1:$2"))
  return Number.isFinite(end) ? end : 0
}

function isSameSet(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((one) => right.includes(one))
}

/** What an issue says of where it is: its site's own address, or the gateway's with the site's id. */
function isSiteOf({ data }: Account, self: string): boolean {
  if (!data?.cloudId || !data.siteUrl) return false
  return (
    self.startsWith(`${data.siteUrl}/rest/`) || self.startsWith(`https://api.atlassian.com/ex/jira/${data.cloudId}/`)
  )
}

const head = z.looseObject({ alg: z.literal("HS256") })
const claims = z.looseObject({ exp: z.number().optional(), nbf: z.number().optional(), iat: z.number().optional() })
const leewaySeconds = 60
// Where it says no end, it is good for so long after it was made.
const freshSeconds = 300

/** @see https://developer.atlassian.com/cloud/jira/platform/webhooks/#webhooks-authentication-for-oauth-2-0-apps */
async function prove(authorization: string, secret: string, now: number): Promise<void> {
  const [, header, payload, signature] = /^bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/i.exec(authorization) ?? []
  if (!secret || !header || !payload || !signature) throw unverified("It carries no JWT.")
  const expected = (await hmac("SHA-256", secret, [`${header}.${payload}`], "base64"))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "")
  // Signature first: nothing that a stranger wrote is looked into.
  if (!isSameText(signature, expected)) throw unverified("Its JWT is not under the app's secret.")
  const said = claims.safeParse(decoded(payload)).data
  if (!said || !head.safeParse(decoded(header)).success) throw unverified("Its JWT is none of Jira's.")
  const seconds = now / 1_000
  const { exp = said.iat === undefined ? undefined : said.iat + freshSeconds, nbf = said.iat } = said
  if (exp !== undefined && seconds > exp + leewaySeconds) throw unverified("Its JWT has ended.")
  if (nbf !== undefined && seconds < nbf - leewaySeconds) throw unverified("Its JWT is of times to come.")
}

function decoded(part: string): unknown {
  try {
    return parsed(new TextDecoder().decode(fromBase64url(part)))
  } catch {
    return undefined
  }
}

function parsed(text: string): object | undefined {
  try {
    const json: unknown = JSON.parse(text)
    return typeof json === "object" && json !== null ? json : undefined
  } catch {
    return undefined
  }
}

function unverified(message: string): HoldfastError {
  return new HoldfastError("webhook_unverified", message, { details: { connector: "jira" } })
}
