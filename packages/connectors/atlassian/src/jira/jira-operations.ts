import { type Call, HoldfastError, operation } from "@holdfast/core"
import { z } from "zod"
import { toDocument } from "./document.js"

/** @see https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-get */
const issue = z.looseObject({
  id: z.string(),
  key: z.string(),
  self: z.string().optional(),
  fields: z.looseObject({ summary: z.string().nullish() }).optional(),
})
const project = z.looseObject({
  id: z.string(),
  key: z.string(),
  name: z.string(),
  projectTypeKey: z.string().optional(),
})
const person = z.looseObject({ accountId: z.string(), displayName: z.string().optional() })
const transitions = z.looseObject({
  transitions: z.array(
    z.looseObject({ id: z.string(), name: z.string(), to: z.looseObject({ id: z.string(), name: z.string() }) }),
  ),
})

const issue_key = z.string().min(1).describe("`PROJ-12`, or the issue's id")
// Nothing but the id is answered where no fields are named.
const shown = ["summary", "status", "issuetype", "priority", "assignee", "project", "labels", "created", "updated"]

const reads = "read:jira-work"
const writes = "write:jira-work"

/**
 * Issues and projects of a site.
 * @see https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/
 */
export const operations = {
  // https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-post
  create_issue: operation({
    summary: "Create an issue",
    effect: "write",
    scopes: [writes],
    input: z.object({
      project_key: z.string().min(1).describe("`PROJ`"),
      summary: z.string().min(1).max(255),
      description: z.string().min(1).optional().describe("Plain text; blank lines part paragraphs"),
      issue_type: z.string().min(1).default("Task").describe("Its name in that project"),
      priority: z.string().min(1).optional().describe("Its name: `High`"),
      assignee_id: z.string().min(1).optional().describe("The account id of a person"),
      labels: z.array(z.string().min(1).regex(/^\S+$/)).optional(),
      parent_key: z.string().min(1).optional().describe("Of a sub-task, or of an issue in an epic"),
      due_date: z.iso.date().optional(),
      fields: z.record(z.string(), z.json()).optional().describe("Further fields: `{ customfield_10010: 1 }`"),
    }),
    output: z.looseObject({ id: z.string(), key: z.string(), self: z.string().optional() }),
    trace: ["id"],
    run: ({ http }: Call, { project_key, summary, description, issue_type, fields, ...given }) =>
      http.post("/issue", {
        json: {
          fields: {
            ...fields,
            project: { key: project_key },
            issuetype: { name: issue_type },
            summary,
            ...(description && { description: toDocument(description) }),
            ...(given.priority && { priority: { name: given.priority } }),
            ...(given.assignee_id && { assignee: { accountId: given.assignee_id } }),
            ...(given.labels && { labels: given.labels }),
            ...(given.parent_key && { parent: { key: given.parent_key } }),
            ...(given.due_date && { duedate: given.due_date }),
          },
        },
        output: z.looseObject({ id: z.string(), key: z.string(), self: z.string().optional() }),
      }),
  }),

  // https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-get
  get_issue: operation({
    summary: "Read an issue",
    effect: "read",
    scopes: [reads],
    input: z.object({
      issue_key,
      fields: z.array(z.string().min(1)).min(1).optional().describe("Default: those that are shown in Jira"),
    }),
    output: issue,
    trace: ["id"],
    run: ({ http }: Call, { issue_key, fields }) =>
      http.get("/issue/{issue_key}", { path: { issue_key }, query: { fields: fields?.join() }, output: issue }),
  }),

  // https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/#api-rest-api-3-search-jql-post
  search_issues: operation({
    summary: "Find issues by a JQL query, a page at a time",
    effect: "read",
    scopes: [reads],
    input: z.object({
      jql: z.string().min(1).describe("Must narrow the search: `project = PROJ AND statusCategory != Done`"),
      fields: z.array(z.string().min(1)).default(shown),
      max_results: z.number().int().min(1).max(5_000).default(50),
      next_page_token: z.string().min(1).optional(),
    }),
    output: z.looseObject({
      issues: z.array(issue),
      nextPageToken: z.string().nullish(),
      isLast: z.boolean().optional(),
    }),
    run: ({ http }: Call, { jql, fields, max_results, next_page_token }) =>
      // Posted, since queries may be long. It changes nothing, so it may be sent twice.
      http.post("/search/jql", {
        json: { jql, fields, maxResults: max_results, nextPageToken: next_page_token },
        idempotent: true,
        output: z.looseObject({ issues: z.array(issue), nextPageToken: z.string().nullish() }),
      }),
    pages: {
      items: ({ issues }) => issues,
      next: ({ nextPageToken }) => (nextPageToken ? { next_page_token: nextPageToken } : undefined),
    },
  }),

  // https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/#api-rest-api-3-issue-issueidorkey-comment-post
  add_comment: operation({
    summary: "Comment on an issue",
    effect: "write",
    scopes: [writes],
    input: z.object({ issue_key, body: z.string().min(1).describe("Plain text; blank lines part paragraphs") }),
    output: z.looseObject({ id: z.string(), author: person.optional(), created: z.string().optional() }),
    trace: ["id"],
    run: ({ http }: Call, { issue_key, body }) =>
      http.post("/issue/{issue_key}/comment", {
        path: { issue_key },
        json: { body: toDocument(body) },
        output: z.looseObject({ id: z.string(), author: person.optional(), created: z.string().optional() }),
      }),
  }),

  // https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-transitions-post
  transition_issue: operation({
    summary: "Move an issue along its workflow",
    effect: "write",
    scopes: [reads, writes],
    input: z.object({
      issue_key,
      transition: z.string().min(1).describe("Its id or name, or the name of the status that it leads to: `Done`"),
    }),
    output: z.object({ issue_key: z.string(), transition_id: z.string(), status: z.string() }),
    trace: ["transition_id", "status"],
    async run({ http }: Call, { issue_key, transition }) {
      const path = { issue_key }
      const offered = (await http.get("/issue/{issue_key}/transitions", { path, output: transitions })).transitions
      const wanted = transition.toLowerCase()
      const chosen =
        offered.find(({ id }) => id === transition) ??
        offered.find(({ name }) => name.toLowerCase() === wanted) ??
        offered.find(({ to }) => to.name.toLowerCase() === wanted)
      if (!chosen) {
        const names = offered.map(({ name }) => `“${name}”`).join(", ") || "none"
        throw new HoldfastError("input_invalid", `The issue cannot be moved so from where it is: there is ${names}.`)
      }
      await http.post("/issue/{issue_key}/transitions", { path, json: { transition: { id: chosen.id } } })
      return { issue_key, transition_id: chosen.id, status: chosen.to.name }
    },
  }),

  // https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-projects/#api-rest-api-3-project-search-get
  list_projects: operation({
    summary: "List the projects that the person can see, a page at a time",
    effect: "read",
    scopes: [reads],
    input: z
      .object({
        query: z.string().min(1).optional().describe("Looked for in names and keys"),
        start_at: z.number().int().min(0).default(0),
        max_results: z.number().int().min(1).max(100).default(50),
      })
      .prefault({}),
    output: z.looseObject({
      values: z.array(project),
      startAt: z.number(),
      total: z.number().optional(),
      isLast: z.boolean().optional(),
    }),
    run: ({ http }: Call, { query, start_at, max_results }) =>
      http.get("/project/search", {
        query: { query, startAt: start_at, maxResults: max_results },
        output: z.looseObject({ values: z.array(project), startAt: z.number() }),
      }),
    pages: {
      items: ({ values }) => values,
      next: ({ values, startAt, isLast, total }) => {
        const reached = startAt + values.length
        const isEnd = values.length === 0 || (isLast ?? (total !== undefined && reached >= total))
        return isEnd ? undefined : { start_at: reached }
      },
    },
  }),
}
