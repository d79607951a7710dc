import { type Delivery, type DeliverySignature, hmac, json } from "@holdfast/emulator"
import { isRecord, type SiteCall, type SiteRoute, wrong } from "./site-route.js"
import { type EmulatedIssue, type JiraSite, type JiraUser, type JiraWorld, seenBy } from "./world.js"

const scopes = ["read:jira-work", "manage:jira-webhook"]
const lifeMs = 30 * 86_400_000
const mostForOne = 5
const events = [
  ...["jira:issue_created", "jira:issue_updated", "jira:issue_deleted"],
  ...["comment_created", "comment_updated", "comment_deleted", "issue_property_set", "issue_property_deleted"],
]
// https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-webhooks/#api-rest-api-3-webhook-post
const fields = "issuekey|project|issuetype|status|assignee|reporter|issue\\.property\\S*|cf\\[\\d+\\]"
const clause = new RegExp(`^\\s*(?:${fields})\\s*(?:=|!=|in|not in)\\s*(?:\\([^()]+\\)|[^()\\s]+)\\s*$`, "i")

/** Webhooks of OAuth 2.0 apps. @see https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-webhooks/ */
export function jiraWebhooks(route: SiteRoute, world: JiraWorld, clock: { now(): number }): void {
  const { webhooks } = world
  const theirs = ({ site, token }: SiteCall) =>
    webhooks.filter(
      (one) => one.cloudId === site.id && one.accountId === token.account.id && one.expiresAt > clock.now(),
    )
  const written = (at: number) => new Date(at).toISOString().replace("Z", "+0000")

  route("GET", "/webhook", scopes, (call) => {
    const startAt = Number(call.url.searchParams.get("startAt") ?? 0)
    const maxResults = Number(call.url.searchParams.get("maxResults") ?? 100)
    const all = theirs(call)
    const values = all.slice(startAt, startAt + maxResults).map(({ id, url, jqlFilter, events, expiresAt }) => ({
      ...{ id, url, jqlFilter, events, expirationDate: written(expiresAt) },
    }))
    return json({ isLast: startAt + maxResults >= all.length, maxResults, startAt, total: all.length, values })
  })

  route("POST", "/webhook", scopes, async (call) => {
    const body = await call.json()
    const asked = isRecord(body) && Array.isArray(body.webhooks) ? body.webhooks.filter(isRecord) : []
    const url = isRecord(body) ? body.url : undefined
    if (typeof url !== "string" || !url.startsWith("https://") || asked.length === 0) return wrong(400, ["Bad request"])
    const webhookRegistrationResult = asked.map((one) => {
      const errors: string[] = []
      const wanted = Array.isArray(one.events) ? one.events.map(String) : []
      const jqlFilter = String(one.jqlFilter ?? "")
      if (wanted.length === 0 || !wanted.every((event) => events.includes(event)))
        errors.push("The events are unknown.")
      if (!jqlFilter.split(/\s+and\s+/i).every((part) => clause.test(part))) {
        errors.push(`The clause ${jqlFilter} is unsupported`)
      }
      if (webhooks.some((other) => other.url !== url))
        errors.push("Only a single URL per app is allowed to be registered")
      if (theirs(call).length >= mostForOne) errors.push("The limit of webhooks is reached")
      if (errors.length > 0) return { errors }
      const id = 1_000 + webhooks.length
      webhooks.push({
        ...{ id, url, jqlFilter, events: wanted, cloudId: call.site.id, accountId: call.token.account.id },
        expiresAt: clock.now() + lifeMs,
      })
      return { createdWebhookId: id }
    })
    return json({ webhookRegistrationResult })
  })

  const named = async (call: SiteCall) => {
    const body = await call.json()
    const ids: readonly unknown[] | undefined =
      isRecord(body) && Array.isArray(body.webhookIds) ? body.webhookIds : undefined
    return ids && theirs(call).filter(({ id }) => ids.includes(id))
  }

  route("PUT", "/webhook/refresh", scopes, async (call) => {
    const found = await named(call)
    if (!found) return wrong(400, ["The request is not valid."])
    for (const one of found) one.expiresAt = clock.now() + lifeMs
    return json({ expirationDate: written(clock.now() + lifeMs) })
  })

  route("DELETE", "/webhook", scopes, async (call) => {
    const found = await named(call)
    if (!found) return wrong(400, ["The request is not valid."])
    for (const one of found) webhooks.splice(webhooks.indexOf(one), 1)
    return new Response(null, { status: 202 })
  })
}

/** What Jira sends of an issue. @see https://developer.atlassian.com/cloud/jira/platform/webhooks/#example-callback-for-an-issue-related-event */
export function deliveryOf(
  world: JiraWorld,
  { name, issue, site, user, at }: { name: string; issue: EmulatedIssue; site: JiraSite; user: JiraUser; at: number },
): Delivery {
  const self = (path: string) => `${site.url}/rest/api/2/${path}`
  const author = {
    self: self(`user?accountId=${user.accountId}`),
    accountId: user.accountId,
    displayName: user.name,
    accountType: "atlassian",
  }
  const comment = issue.comments.at(-1)
  const isOfComment = name.startsWith("comment_")
  const item = { field: "status", fieldtype: "jira", fieldId: "status", fromString: "To Do", toString: "Done" }
  return {
    headers: { "x-atlassian-webhook-identifier": `${issue.id}-${name}-${at}` },
    body: {
      timestamp: at,
      webhookEvent: name,
      ...(isOfComment ? {} : { issue_event_type_name: name.replace("jira:", ""), user: author }),
      issue: { id: issue.id, self: self(issue.id), key: issue.key, fields: issue.fields },
      ...(name === "jira:issue_updated" && { changelog: { id: "10124", items: [item] } }),
      ...(isOfComment && {
        comment: {
          self: self(`issue/${issue.id}/comment/${comment?.id ?? "30000"}`),
          id: comment?.id ?? "30000",
          author,
          body: "In short",
        },
      }),
      matchedWebhookIds: world.webhooks
        .filter(
          (one) =>
            one.cloudId === site.id &&
            one.events.includes(name) &&
            seenBy(world, site.id, one.accountId).issues.includes(issue),
        )
        .map(({ id }) => id),
    },
  }
}

/** `Authorization: Bearer`, a JWT under the app's secret. @see https://developer.atlassian.com/cloud/jira/platform/webhooks/#webhooks-authentication-for-oauth-2-0-apps */
export function jwtSignature(secret: string, claims: Readonly<Record<string, unknown>> = {}): DeliverySignature {
  return {
    async sign({ at }) {
      const seconds = Math.floor(at / 1_000)
      const signed = `${encoded({ typ: "JWT", alg: "HS256" })}.${encoded({ iat: seconds, exp: seconds + 180, ...claims })}`
      const signature = base64url(await hmac("SHA-256", secret, signed, "base64"))
      return { authorization: `Bearer ${signed}.${signature}` }
    },
    withForeignSecret: () => jwtSignature(`${secret}-of-another-app`, claims),
  }
}

function encoded(part: object): string {
  return base64url(btoa(JSON.stringify(part)))
}

function base64url(base64: string): string {
  return base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")
}
