import { json } from "@holdfast/emulator"
import { isDocument } from "./is-document.js"
import { isRecord, type SiteCall, type SiteRoute, wrong } from "./site-route.js"
import { addIssue, type EmulatedIssue, type JiraWorld, seenBy, statuses } from "./world.js"

const reads = ["read:jira-work"]
const writes = ["write:jira-work"]
const gone = () => wrong(404, ["Issue does not exist or you do not have permission to see it."])
const badPayload = () => wrong(400, ["Invalid request payload. Refer to the REST API documentation and try again."])
const notADocument = "Operation value must be an Atlassian Document (see the Atlassian Document Format)"

/** Issues, their comments and transitions, searches and projects. @see https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/ */
export function jiraRest(route: SiteRoute, world: JiraWorld, clock: { now(): number }): void {
  const seen = ({ site, token }: SiteCall) => seenBy(world, site.id, token.account.id)
  const issueOf = (call: SiteCall) =>
    seen(call).issues.find(({ id, key }) => id === call.params.issue || key === call.params.issue?.toUpperCase())
  const selfOf = ({ site }: SiteCall, path: string) => `https://api.atlassian.com/ex/jira/${site.id}/rest/api/3/${path}`
  const shown = (call: SiteCall, issue: EmulatedIssue, wanted?: readonly string[]) => ({
    expand: "renderedFields,names,schema",
    id: issue.id,
    self: selfOf(call, `issue/${issue.id}`),
    key: issue.key,
    fields: wanted?.some((name) => name === "*all" || name === "*navigable")
      ? issue.fields
      : Object.fromEntries(Object.entries(issue.fields).filter(([name]) => !wanted || wanted.includes(name))),
  })

  route("POST", "/issue", writes, async (call) => {
    const body = await call.json()
    const fields = isRecord(body) && isRecord(body.fields) ? body.fields : undefined
    if (!fields) return badPayload()
    const { project: named, issuetype, summary, description } = fields
    const project = seen(call).projects.find(({ id, key }) => isRecord(named) && (named.key === key || named.id === id))
    const type = isRecord(issuetype) ? (issuetype.name ?? issuetype.id) : undefined
    const errors = {
      ...(!project && { project: "Specify a valid project ID or key" }),
      ...(!["Task", "Bug", "Story"].includes(String(type)) && { issuetype: "Specify a valid issue type" }),
      ...(!(typeof summary === "string" && summary.trim()) && { summary: "You must specify a summary of the issue." }),
      ...(description !== undefined && !isDocument(description) && { description: notADocument }),
    }
    if (!project || Object.keys(errors).length > 0) return wrong(400, [], errors)
    const { id, key } = addIssue(world, project, fields)
    return json({ id, key, self: selfOf(call, `issue/${id}`) }, { status: 201 })
  })

  route("GET", "/issue/{issue}", reads, (call) => {
    const issue = issueOf(call)
    return issue ? json(shown(call, issue, call.url.searchParams.get("fields")?.split(","))) : gone()
  })

  route("POST", "/issue/{issue}/comment", writes, async (call) => {
    const issue = issueOf(call)
    if (!issue) return gone()
    const body = await call.json()
    if (!isRecord(body) || !isDocument(body.body)) return wrong(400, [], { comment: notADocument })
    const { accountId, name } = call.token.account.data
    const id = String(30_000 + issue.comments.length)
    issue.comments.push({ id, body: body.body, author: accountId })
    const created = new Date(clock.now()).toISOString().replace("Z", "+0000")
    const author = { accountId, displayName: name, active: true }
    return json(
      { id, self: selfOf(call, `issue/${issue.id}/comment/${id}`), author, body: body.body, created, updated: created },
      { status: 201 },
    )
  })

  const offered = ({ fields }: EmulatedIssue) =>
    statuses.filter(({ id }) => !(isRecord(fields.status) && fields.status.id === id))

  route("GET", "/issue/{issue}/transitions", reads, (call) => {
    const issue = issueOf(call)
    if (!issue) return gone()
    const transitions = offered(issue).map(({ id, name, transition }) => ({ ...transition, to: { id, name } }))
    return json({ expand: "transitions", transitions })
  })

  route("POST", "/issue/{issue}/transitions", writes, async (call) => {
    const issue = issueOf(call)
    if (!issue) return gone()
    const body = await call.json()
    const wanted = isRecord(body) && isRecord(body.transition) ? body.transition.id : undefined
    const status = offered(issue).find(({ transition }) => transition.id === wanted)
    if (!status) return wrong(400, ["It seems that you have tried to perform a workflow operation that is not valid."])
    issue.fields.status = { id: status.id, name: status.name }
    return new Response(null, { status: 204 })
  })

  const search = (call: SiteCall, jql: unknown, fields: readonly string[], size: unknown, token: unknown) => {
    const isMatch = typeof jql === "string" ? matcherOf(jql) : undefined
    if (!isMatch) return wrong(400, ["Unbounded JQL queries are not allowed here. Please add a search restriction."])
    const found = seen(call).issues.filter(isMatch)
    const start = typeof token === "string" ? Number(/^page-(\d+)$/.exec(token)?.[1] ?? Number.NaN) : 0
    if (Number.isNaN(start)) return wrong(400, ["The provided next page token is invalid."])
    const count = Number(size ?? 50)
    const isLast = start + count >= found.length
    const issues = found.slice(start, start + count).map((issue) => shown(call, issue, fields))
    return json({ issues, isLast, ...(!isLast && { nextPageToken: `page-${start + count}` }) })
  }

  route("POST", "/search/jql", reads, async (call) => {
    const body = await call.json()
    const known = ["jql", "fields", "maxResults", "nextPageToken", "expand", "fieldsByKeys", "properties"]
    if (!isRecord(body) || Object.keys(body).some((name) => !known.includes(name))) return badPayload()
    const fields = Array.isArray(body.fields) ? body.fields.map(String) : []
    return search(call, body.jql, fields, body.maxResults, body.nextPageToken)
  })

  route("GET", "/search/jql", reads, (call) => {
    const { searchParams } = call.url
    const fields = searchParams.getAll("fields").flatMap((one) => one.split(","))
    const token = searchParams.get("nextPageToken") ?? undefined
    return search(call, searchParams.get("jql"), fields, searchParams.get("maxResults") ?? undefined, token)
  })

  route("GET", "/project/search", reads, (call) => {
    const { searchParams } = call.url
    const query = searchParams.get("query")?.toLowerCase() ?? ""
    const startAt = Number(searchParams.get("startAt") ?? 0)
    const maxResults = Math.min(Number(searchParams.get("maxResults") ?? 50), 100)
    const found = seen(call).projects.filter(({ key, name }) => `${key} ${name}`.toLowerCase().includes(query))
    const values = found.slice(startAt, startAt + maxResults).map(({ id, key, name }) => ({
      ...{ id, key, name, projectTypeKey: "software", simplified: false, style: "classic", isPrivate: false },
      self: selfOf(call, `project/${id}`),
    }))
    const isLast = startAt + maxResults >= found.length
    return json({ self: selfOf(call, "project/search"), maxResults, startAt, total: found.length, isLast, values })
  })
}

/** As much of JQL as tests need: `project = KEY`, `key = KEY-1`, `status = "Name"`, `summary ~ "word"`, joined by AND. */
function matcherOf(jql: string): ((issue: EmulatedIssue) => boolean) | undefined {
  const [query = ""] = jql.split(/\s*\border by\b/i)
  const clauses = query.split(/\s+and\s+/i).map((one) => /^\s*(\w+)\s*(=|~)\s*"?([^"]+?)"?\s*$/.exec(one))
  if (clauses.some((clause) => clause === null)) return undefined
  return (issue) =>
    clauses.every((clause) => {
      const [, field = "", , value = ""] = clause ?? []
      const { status, summary } = issue.fields
      const text = {
        project: issue.project.key,
        key: issue.key,
        status: isRecord(status) ? String(status.name) : "",
        summary: String(summary),
      }[field.toLowerCase()]
      return clause?.[2] === "~" ? text?.toLowerCase().includes(value.toLowerCase()) : text === value
    })
}
