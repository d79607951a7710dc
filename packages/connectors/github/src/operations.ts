import { type Call, operation } from "@holdfast/core"
import { z } from "zod"

const user = z.looseObject({ id: z.number(), login: z.string() })

// https://docs.github.com/en/rest/repos/repos
const repository = z.looseObject({
  id: z.number(),
  name: z.string(),
  full_name: z.string(),
  private: z.boolean(),
  owner: user,
  html_url: z.string(),
  description: z.string().nullish(),
  default_branch: z.string().optional(),
})

// https://docs.github.com/en/rest/issues/issues
const issue = z.looseObject({
  id: z.number(),
  number: z.number(),
  title: z.string(),
  body: z.string().nullish(),
  state: z.string(),
  html_url: z.string(),
  user: user.nullish(),
  /** There where the issue is a pull request. */
  pull_request: z.looseObject({}).optional(),
})

// https://docs.github.com/en/rest/pulls/pulls
const pullRequest = z.looseObject({
  id: z.number(),
  number: z.number(),
  title: z.string(),
  state: z.string(),
  html_url: z.string(),
  draft: z.boolean().optional(),
  head: z.looseObject({ ref: z.string(), sha: z.string() }),
  base: z.looseObject({ ref: z.string() }),
})

const comment = z.looseObject({ id: z.number(), body: z.string(), html_url: z.string(), user: user.nullish() })

// https://docs.github.com/en/rest/repos/contents
const file = z.looseObject({
  type: z.literal("file"),
  name: z.string(),
  path: z.string(),
  sha: z.string(),
  size: z.number(),
  encoding: z.string(),
  content: z.string(),
})

const place = {
  owner: z.string().min(1).describe("The account that the repository belongs to: github.com/{owner}/{repo}"),
  repo: z.string().min(1),
}
const paging = {
  per_page: z.int().min(1).max(100).optional(),
  page: z.int().min(1).optional().describe("`next_page` of the answer before"),
}
const issues = "/repos/{owner}/{repo}/issues"

// What of a fine-grained kind a GitHub App may do is its permissions: tokens of it say no scopes, and nothing counts as missing.
const writes = ["repo|public_repo"]

export const list_repos = operation({
  summary: "List the repositories that the connection reaches",
  effect: "read",
  input: z.object(paging),
  output: z.object({ repositories: z.array(repository), next_page: z.number().optional() }),
  pages: {
    items: ({ repositories }) => repositories,
    next: ({ next_page: page }) => (page === undefined ? undefined : { page }),
  },
  async run({ http, account }: Call, query) {
    const pager = nextPage()
    // An installation is nobody's: https://docs.github.com/en/rest/apps/installations#list-repositories-accessible-to-the-app-installation
    if (account?.data?.installationId !== undefined) {
      const { repositories } = await http.get("/installation/repositories", {
        query,
        output: z.looseObject({ repositories: z.array(repository) }),
        ...pager,
      })
      return { repositories, ...pager.next() }
    }
    const repositories = await http.get("/user/repos", { query, output: z.array(repository), ...pager })
    return { repositories, ...pager.next() }
  },
})

export const list_issues = operation({
  summary: "List a repository's issues, pull requests among them",
  effect: "read",
  input: z.object({
    ...place,
    ...paging,
    state: z.enum(["open", "closed", "all"]).optional(),
    labels: z.array(z.string()).optional(),
    assignee: z.string().optional(),
    since: z.iso.datetime({ offset: true }).optional(),
  }),
  output: z.object({ issues: z.array(issue), next_page: z.number().optional() }),
  pages: {
    items: ({ issues }) => issues,
    next: ({ next_page: page }) => (page === undefined ? undefined : { page }),
  },
  async run({ http }: Call, { owner, repo, labels, ...query }) {
    const pager = nextPage()
    const found = await http.get(issues, {
      path: { owner, repo },
      query: { ...query, ...(labels && { labels: labels.join(",") }) },
      output: z.array(issue),
      ...pager,
    })
    return { issues: found, ...pager.next() }
  },
})

export const create_issue = operation({
  summary: "Open an issue",
  effect: "write",
  scopes: writes,
  input: z.object({
    ...place,
    title: z.string().min(1),
    body: z.string().optional(),
    labels: z.array(z.string()).optional(),
    assignees: z.array(z.string()).optional(),
  }),
  output: issue,
  trace: ["number"],
  run: ({ http }: Call, { owner, repo, ...json }) => http.post(issues, { path: { owner, repo }, json, output: issue }),
})

export const add_comment = operation({
  summary: "Comment on an issue or a pull request",
  effect: "write",
  scopes: writes,
  input: z.object({
    ...place,
    issue_number: z.int().min(1).describe("Of the issue or the pull request"),
    body: z.string().min(1),
  }),
  output: comment,
  trace: ["id"],
  // https://docs.github.com/en/rest/issues/comments#create-an-issue-comment
  run: ({ http }: Call, { owner, repo, issue_number, body }) =>
    http.post(`${issues}/{issue_number}/comments`, {
      path: { owner, repo, issue_number },
      json: { body },
      output: comment,
    }),
})

export const create_pr = operation({
  summary: "Open a pull request",
  effect: "write",
  scopes: writes,
  input: z.object({
    ...place,
    title: z.string().min(1),
    head: z.string().min(1).describe("The branch with the changes; `account:branch` where it is in a fork"),
    base: z.string().min(1).describe("The branch that they go to"),
    body: z.string().optional(),
    draft: z.boolean().optional(),
  }),
  output: pullRequest,
  trace: ["number"],
  run: ({ http }: Call, { owner, repo, ...json }) =>
    http.post("/repos/{owner}/{repo}/pulls", { path: { owner, repo }, json, output: pullRequest }),
})

export const trigger_workflow = operation({
  summary: "Run a workflow of GitHub Actions that has workflow_dispatch",
  effect: "write",
  scopes: ["repo"],
  input: z.object({
    ...place,
    workflow_id: z.union([z.int(), z.string().min(1)]).describe("Its number, or the name of its file: ci.yml"),
    ref: z.string().min(1).describe("A branch or tag"),
    inputs: z.record(z.string(), z.string()).optional(),
  }),
  output: z.object({ triggered: z.literal(true) }),
  // Answers 204 and nothing: https://docs.github.com/en/rest/actions/workflows#create-a-workflow-dispatch-event
  async run({ http }: Call, { owner, repo, workflow_id, ...json }) {
    const path = { owner, repo, workflow_id }
    await http.post("/repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches", { path, json })
    return { triggered: true as const }
  },
})

export const get_file = operation({
  summary: "Read a file of a repository",
  effect: "read",
  input: z.object({
    ...place,
    path: z.string().regex(/^[^/]+(\/[^/]+)*$/, "A path in the repository: docs/index.md"),
    ref: z.string().optional().describe("A branch, tag or commit. Default: the repository's default branch"),
  }),
  output: file,
  trace: ["sha"],
  run({ http }: Call, { owner, repo, path, ref }) {
    const segments = path.split("/")
    const template = segments.map((_, index) => `{part${index}}`).join("/")
    const parts = Object.fromEntries(segments.map((segment, index) => [`part${index}`, segment]))
    return http.get(`/repos/{owner}/{repo}/contents/${template}`, {
      path: { owner, repo, ...parts },
      query: { ref },
      output: file,
    })
  },
})

/** Reads the number of the next page from the `Link` header. @see https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api */
function nextPage(): { onHeaders(headers: Headers): void; next(): { next_page?: number } } {
  let next_page: number | undefined
  return {
    onHeaders(headers) {
      const [, link = ""] = /<([^>]+)>; rel="next"/.exec(headers.get("link") ?? "") ?? []
      const page = URL.canParse(link) ? Number(new URL(link).searchParams.get("page")) : 0
      if (Number.isInteger(page) && page > 0) next_page = page
    },
    next: () => (next_page === undefined ? {} : { next_page }),
  }
}
