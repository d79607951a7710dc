/** A site of Jira Cloud. */
export interface JiraSite {
  readonly id: string
  readonly name: string
  readonly url: string
}

/** Somebody with an Atlassian account. */
export interface JiraUser {
  readonly accountId: string
  readonly name: string
  readonly email: string
  /** All are allowed at the next consent unless `pick` says otherwise. */
  readonly sites: readonly JiraSite[]
}

type Json = Record<string, unknown>

export interface EmulatedProject {
  readonly id: string
  readonly key: string
  readonly name: string
  readonly cloudId: string
  /** Account ids of those who see it. Absent: everybody of the site. */
  readonly members?: readonly string[]
}

export interface EmulatedIssue {
  readonly id: string
  readonly key: string
  readonly project: EmulatedProject
  readonly fields: Json
  readonly comments: { readonly id: string; readonly body: unknown; readonly author: string }[]
}

/** A webhook that somebody registered through the app. */
export interface EmulatedWebhook {
  readonly id: number
  readonly cloudId: string
  readonly accountId: string
  readonly url: string
  readonly jqlFilter: string
  readonly events: readonly string[]
  expiresAt: number
}

export interface JiraWorld {
  /** Sites that somebody has allowed so far: `accountId cloudId`. */
  readonly allowed: Set<string>
  readonly projects: EmulatedProject[]
  readonly issues: EmulatedIssue[]
  readonly webhooks: EmulatedWebhook[]
}

export const first: JiraSite = {
  id: "11111111-aaaa-4aaa-8aaa-111111111111",
  name: "first",
  url: "https://first.atlassian.net",
}
export const second: JiraSite = {
  id: "22222222-bbbb-4bbb-8bbb-222222222222",
  name: "second",
  url: "https://second.atlassian.net",
}

/** One with a site, one with another, and one with both. */
export const defaultUsers: readonly JiraUser[] = [
  { accountId: "5b10a2844c20165700ede21g", name: "First User", email: "first@jira.example", sites: [first] },
  { accountId: "5b10a2844c20165700ede22g", name: "Second User", email: "second@jira.example", sites: [second] },
  { accountId: "5b10a2844c20165700ede23g", name: "Third User", email: "third@jira.example", sites: [first, second] },
]

export const statuses = [
  { id: "10000", name: "To Do", transition: { id: "11", name: "Back to start" } },
  { id: "3", name: "In Progress", transition: { id: "21", name: "Start work" } },
  { id: "10001", name: "Done", transition: { id: "31", name: "Finish" } },
] as const

/** Two projects and three issues at the first site, one of each at the second. */
export function seededWorld(): JiraWorld {
  const projects: EmulatedProject[] = [
    { id: "10000", key: "DEMO", name: "Demo", cloudId: first.id },
    { id: "10001", key: "OPS", name: "Operations", cloudId: first.id, members: ["5b10a2844c20165700ede21g"] },
    { id: "10000", key: "SHOP", name: "Shop", cloudId: second.id },
  ]
  const [demo, ops, shop] = projects
  const world: JiraWorld = { allowed: new Set(), projects, issues: [], webhooks: [] }
  for (const [project, summary] of [
    [demo, "Write it down"],
    [demo, "Ship it"],
    [ops, "Rotate the keys"],
    [shop, "Open the shop"],
  ] as const) {
    if (project) addIssue(world, project, { summary, issuetype: { name: "Task" } })
  }
  return world
}

export function addIssue(world: JiraWorld, project: EmulatedProject, fields: Json): EmulatedIssue {
  const number = world.issues.filter((one) => one.project === project).length + 1
  const [start] = statuses
  const issue: EmulatedIssue = {
    id: String(20_000 + world.issues.length),
    key: `${project.key}-${number}`,
    project,
    fields: {
      status: { id: start.id, name: start.name },
      labels: [],
      assignee: null,
      ...fields,
      project: { id: project.id, key: project.key, name: project.name },
    },
    comments: [],
  }
  world.issues.push(issue)
  return issue
}

/** What of a site somebody may see. */
export function seenBy(world: JiraWorld, cloudId: string, accountId: string) {
  const projects = world.projects.filter((one) => one.cloudId === cloudId && (one.members?.includes(accountId) ?? true))
  return { projects, issues: world.issues.filter(({ project }) => projects.includes(project)) }
}
