/** A person with an account at the stand-in. */
export interface GithubUser {
  readonly id: number
  readonly login: string
  readonly name: string
  readonly email: string | null
}

/** An organisation, with the people in it. */
export interface GithubOrganization {
  readonly id: number
  readonly login: string
  /** Ids of people who may install apps. */
  readonly owners: readonly number[]
  /** Ids of people who may ask an owner to. */
  readonly members: readonly number[]
}

export interface GithubIssue {
  readonly id: number
  readonly number: number
  readonly title: string
  readonly body: string | null
  readonly labels: readonly string[]
  readonly author: string
  readonly state: "open" | "closed"
  /** There where it is a pull request. */
  readonly pull?: { readonly head: string; readonly base: string; readonly draft: boolean }
}

export interface GithubComment {
  readonly id: number
  readonly issueNumber: number
  readonly body: string
  readonly author: string
}

/** A run that somebody asked for. */
export interface GithubDispatch {
  readonly workflow: string
  readonly ref: string
  readonly inputs: Readonly<Record<string, unknown>>
}

export interface GithubRepository {
  readonly id: number
  readonly owner: string
  readonly name: string
  readonly isPrivate: boolean
  readonly hasIssues: boolean
  readonly branches: readonly string[]
  /** File names of workflows, with whether they have `workflow_dispatch`. */
  readonly workflows: readonly { readonly id: number; readonly file: string; readonly dispatchable: boolean }[]
  readonly files: Readonly<Record<string, string>>
  readonly issues: GithubIssue[]
  readonly comments: GithubComment[]
  readonly dispatches: GithubDispatch[]
}

/** A GitHub App on an account. */
export interface GithubInstallation {
  readonly id: number
  readonly account: { readonly id: number; readonly login: string; readonly type: "User" | "Organization" }
  readonly permissions: Readonly<Record<string, "read" | "write">>
  suspended: boolean
}

/** A member's question to the owners of an organisation. */
export interface GithubInstallationRequest {
  readonly id: number
  readonly requester: GithubUser
  readonly organization: GithubOrganization
}

export interface GithubWorld {
  readonly users: readonly GithubUser[]
  readonly organizations: readonly GithubOrganization[]
  readonly repositories: readonly GithubRepository[]
  readonly installations: GithubInstallation[]
  readonly requests: GithubInstallationRequest[]
  /** A number that was not there before. */
  nextId(): number
}

export const defaultUsers: readonly GithubUser[] = [
  { id: 1001, login: "first-user", name: "First user", email: "first@github.example" },
  { id: 1002, login: "second-user", name: "Second user", email: null },
  { id: 1003, login: "third-user", name: "Third user", email: null },
]

/** The first person owns it, the second is a member, the third is a stranger. */
export const defaultOrganization: GithubOrganization = { id: 2001, login: "first-org", owners: [1001], members: [1002] }

export function createWorld(): GithubWorld {
  let last = 50_000_000
  return {
    users: defaultUsers,
    organizations: [defaultOrganization],
    repositories: [
      repository(3001, "first-org", "widgets", { isPrivate: true }),
      repository(3002, "first-org", "site", { hasIssues: false }),
      repository(3003, "first-user", "notes", { isPrivate: true }),
      repository(3004, "second-user", "attic", { isPrivate: true }),
      repository(3005, "second-user", "garden", {}),
    ],
    installations: [],
    requests: [],
    nextId: () => ++last,
  }
}

function repository(
  id: number,
  owner: string,
  name: string,
  { isPrivate = false, hasIssues = true }: { isPrivate?: boolean; hasIssues?: boolean },
): GithubRepository {
  return {
    id,
    owner,
    name,
    isPrivate,
    hasIssues,
    branches: ["main", "feature"],
    workflows: [
      { id: id * 10 + 1, file: "ci.yml", dispatchable: true },
      { id: id * 10 + 2, file: "nightly.yml", dispatchable: false },
    ],
    files: { "README.md": `# ${name}\n`, "docs/guide.md": "Read me.\n" },
    issues: [
      {
        id: id * 100 + 1,
        number: 1,
        title: "First issue",
        body: null,
        labels: ["bug"],
        author: "first-user",
        state: "open",
      },
    ],
    comments: [],
    dispatches: [],
  }
}

/** Whether an account is the person's own, or of an organisation that the person is in. */
export function belongsTo(world: GithubWorld, login: string, user: GithubUser): boolean {
  const organization = world.organizations.find((one) => one.login === login)
  if (!organization) return login === user.login
  return organization.owners.includes(user.id) || organization.members.includes(user.id)
}
