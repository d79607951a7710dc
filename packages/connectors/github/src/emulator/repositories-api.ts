import { type Call, json } from "@holdfast/emulator"
import { invalid, notFound, paged, refusal, shownIssue, shownPull, shownRepository, shownUser } from "./answers.js"
import type { Caller, Callers } from "./callers.js"
import { belongsTo, type GithubIssue, type GithubRepository, type GithubWorld } from "./world.js"

type Body = Readonly<Record<string, unknown>>
type Answer = (context: { call: Call; caller: Caller; repository: GithubRepository; body: Body }) => Response

/** People, repositories, issues, pull requests and workflows. @see https://docs.github.com/en/rest */
export function repositoriesApi(world: GithubWorld, callers: Callers): void {
  const inRepository = (method: "GET" | "POST", path: string, permission: string | undefined, answer: Answer) =>
    callers.route(method, `/repos/{owner}/{repo}${path}`, async (call, caller) => {
      const { owner, repo } = call.params
      const repository = world.repositories.find((one) => one.owner === owner && one.name === repo)
      if (!repository || !callers.canRead(caller, repository)) return notFound()
      const refused = permission && callers.mayNotWrite(caller, repository, permission)
      if (refused) return refused
      const body = method === "POST" ? await call.json() : {}
      if (!isRecord(body)) return refusal(400, "Problems parsing JSON")
      return answer({ call, caller, repository, body })
    })
  const authorOf = (caller: Caller) => (caller.is === "person" ? caller.user.login : "the-app[bot]")
  const add = (repository: GithubRepository, issue: Omit<GithubIssue, "id" | "number">): GithubIssue => {
    const added = { ...issue, id: world.nextId(), number: repository.issues.length + 1 }
    repository.issues.push(added)
    return added
  }

  callers.route("GET", "/user", (_call, caller) => {
    if (caller.is === "installation") return refusal(403, "Resource not accessible by integration")
    const { name, email } = caller.user
    return json({ ...shownUser(caller.user), name, email })
  })

  callers.route("GET", "/user/repos", ({ url }, caller) => {
    if (caller.is === "installation") return refusal(403, "Resource not accessible by integration")
    const own = world.repositories.filter(
      (repository) => belongsTo(world, repository.owner, caller.user) && callers.canRead(caller, repository),
    )
    return paged(url, own, (page) => page.map((repository) => shownRepository(world, repository)))
  })

  inRepository("GET", "/issues", undefined, ({ call, repository }) => {
    const state = call.url.searchParams.get("state") ?? "open"
    const labels = call.url.searchParams.get("labels")?.split(",") ?? []
    const found = repository.issues.filter(
      (issue) => (state === "all" || issue.state === state) && labels.every((label) => issue.labels.includes(label)),
    )
    return paged(call.url, found.toReversed(), (page) => page.map((issue) => shownIssue(repository, issue)))
  })

  inRepository("POST", "/issues", "issues", ({ caller, repository, body }) => {
    if (!repository.hasIssues) return refusal(410, "Issues has been disabled in this repository.")
    const { title, body: text, labels } = body
    if (typeof title !== "string" || title === "") return invalid("Issue", "title", "missing_field")
    const named = Array.isArray(labels) ? labels.map(String) : []
    const issue = {
      title,
      body: typeof text === "string" ? text : null,
      labels: named,
      author: authorOf(caller),
      state: "open" as const,
    }
    return json(shownIssue(repository, add(repository, issue)), { status: 201 })
  })

  inRepository("POST", "/issues/{number}/comments", "issues", ({ call, caller, repository, body }) => {
    const issue = repository.issues.find(({ number }) => String(number) === call.params.number)
    if (!issue) return notFound()
    if (typeof body.body !== "string" || body.body === "") return invalid("IssueComment", "body", "missing_field")
    const comment = { id: world.nextId(), issueNumber: issue.number, body: body.body, author: authorOf(caller) }
    repository.comments.push(comment)
    const html_url = `https://github.com/${repository.owner}/${repository.name}/issues/${issue.number}#issuecomment-${comment.id}`
    return json(
      { id: comment.id, body: comment.body, html_url, user: { id: 0, login: comment.author } },
      { status: 201 },
    )
  })

  inRepository("POST", "/pulls", "pull_requests", ({ caller, repository, body }) => {
    const { title, head, base, body: text, draft } = body
    if (typeof title !== "string" || title === "") return invalid("PullRequest", "title", "missing_field")
    if (typeof head !== "string" || !repository.branches.includes(head))
      return invalid("PullRequest", "head", "invalid")
    if (typeof base !== "string" || !repository.branches.includes(base))
      return invalid("PullRequest", "base", "invalid")
    const isThere = repository.issues.some(
      ({ pull, state }) => pull?.head === head && pull.base === base && state === "open",
    )
    if (isThere) return invalid("PullRequest", "head", "custom")
    const added = add(repository, {
      title,
      body: typeof text === "string" ? text : null,
      labels: [],
      author: authorOf(caller),
      state: "open",
      pull: { head, base, draft: draft === true },
    })
    return json(shownPull(repository, added), { status: 201 })
  })

  inRepository("POST", "/actions/workflows/{workflow}/dispatches", "actions", ({ call, repository, body }) => {
    const wanted = call.params.workflow
    const workflow = repository.workflows.find(({ id, file }) => String(id) === wanted || file === wanted)
    if (!workflow) return notFound()
    const { ref, inputs = {} } = body
    if (typeof ref !== "string" || !repository.branches.includes(ref))
      return refusal(422, `No ref found for: ${String(ref)}`)
    if (!workflow.dispatchable) return refusal(422, "Workflow does not have 'workflow_dispatch' trigger")
    repository.dispatches.push({ workflow: workflow.file, ref, inputs: isRecord(inputs) ? inputs : {} })
    return new Response(null, { status: 204 })
  })

  inRepository("GET", "/contents/{path...}", undefined, ({ call, repository }) => {
    const path = call.params.path ?? ""
    const text = repository.files[path]
    const ref = call.url.searchParams.get("ref")
    if (text === undefined || (ref !== null && !repository.branches.includes(ref))) return notFound()
    const content = btoa(text)
    return json({
      type: "file",
      name: path.split("/").at(-1),
      path,
      sha: "a".repeat(40),
      size: text.length,
      encoding: "base64",
      content,
    })
  })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
