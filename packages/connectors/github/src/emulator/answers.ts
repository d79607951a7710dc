import { json } from "@holdfast/emulator"
import type { GithubInstallation, GithubIssue, GithubRepository, GithubUser, GithubWorld } from "./world.js"

const documentation_url = "https://docs.github.com/rest"

/** A refusal in GitHub's form. @see https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api */
export function refusal(
  status: number,
  message: string,
  more: { headers?: Record<string, string>; errors?: readonly object[] } = {},
): Response {
  const { headers = {}, errors } = more
  return json({ message, ...(errors && { errors }), documentation_url, status: String(status) }, { status, headers })
}

export const notFound = (): Response => refusal(404, "Not Found")
export const badCredentials = (): Response => refusal(401, "Bad credentials")

export function invalid(resource: string, field: string, code: string): Response {
  return refusal(422, "Validation Failed", { errors: [{ resource, field, code }] })
}

export function shownUser({ id, login }: Pick<GithubUser, "id" | "login">, type = "User"): object {
  return { id, login, type, html_url: `https://github.com/${login}`, site_admin: false }
}

export function shownRepository(
  world: GithubWorld,
  { id, owner, name, isPrivate, hasIssues }: GithubRepository,
): object {
  return {
    id,
    name,
    full_name: `${owner}/${name}`,
    private: isPrivate,
    owner: shownAccount(world, owner),
    html_url: `https://github.com/${owner}/${name}`,
    description: null,
    has_issues: hasIssues,
    default_branch: "main",
  }
}

export function shownIssue({ owner, name }: GithubRepository, issue: GithubIssue): object {
  const { id, number, title, body, labels, author, state, pull } = issue
  return {
    id,
    number,
    title,
    body,
    state,
    labels: labels.map((label) => ({ name: label })),
    user: { id: 0, login: author },
    html_url: `https://github.com/${owner}/${name}/${pull ? "pull" : "issues"}/${number}`,
    ...(pull && { pull_request: { html_url: `https://github.com/${owner}/${name}/pull/${number}` } }),
  }
}

export function shownPull(repository: GithubRepository, issue: GithubIssue): object {
  const { head = "", base = "", draft = false } = issue.pull ?? {}
  const sha = "6dcb09b5b57875f334f61aebed695e2e4193db5e"
  return { ...shownIssue(repository, issue), draft, head: { ref: head, sha }, base: { ref: base, sha }, merged: false }
}

export function shownInstallation(
  { id, account, permissions, suspended }: GithubInstallation,
  clientId: string,
): object {
  return {
    id,
    account: shownUser(account, account.type),
    client_id: clientId,
    target_id: account.id,
    target_type: account.type,
    permissions,
    repository_selection: "all",
    suspended_at: suspended ? "2026-01-01T00:00:00Z" : null,
  }
}

function shownAccount({ users, organizations }: GithubWorld, login: string): object {
  const organization = organizations.find((one) => one.login === login)
  if (organization) return shownUser(organization, "Organization")
  return shownUser(users.find((user) => user.login === login) ?? { id: 0, login })
}

/** One page, with the `Link` header. @see https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api */
export function paged<Item>(
  url: URL,
  items: readonly Item[],
  body: (page: readonly Item[]) => unknown = (page) => page,
): Response {
  const size = Math.min(Number(url.searchParams.get("per_page") ?? 30), 100)
  const page = Number(url.searchParams.get("page") ?? 1)
  const links = Object.entries({ next: page + 1, last: Math.ceil(items.length / size) }).map(([rel, number]) => {
    const there = new URL(url)
    there.searchParams.set("page", String(number))
    return `<${there.href}>; rel="${rel}"`
  })
  const headers = page * size < items.length ? { link: links.join(", ") } : {}
  return json(body(items.slice((page - 1) * size, page * size)), { headers })
}
