import { approve } from "@holdfast/emulator"
import { connectorSuite } from "@holdfast/testing"
import { describe } from "vitest"
import { createGithubEmulator, defaultUsers, emulatorApp, emulatorOAuthApp, type GithubEmulator } from "./emulator.js"
import type { GithubConnector, GithubOptions } from "./index.js"
import { githubBy, visitPage } from "./test-support.js"

type Examples = Parameters<typeof connectorSuite<GithubConnector, GithubOptions, GithubEmulator>>[1]

const widgets = { owner: "first-org", repo: "widgets" }
const repositoryOf = ({ provider }: GithubEmulator) => {
  const found = provider.world.repositories.find(({ name }) => name === "widgets")
  if (!found) throw new Error("there is no repository")
  return found
}
const next = (status: number, body: object) => (emulator: GithubEmulator) =>
  emulator.faults.next({ on: "*", fault: { kind: "status", status, body } })

const examples = {
  emulator: ({ redirectUri }) => createGithubEmulator({ redirectUris: [redirectUri] }),
  operations: {
    list_repos: {
      verify({ repositories }) {
        const names = repositories.map(({ full_name }) => full_name)
        if (!names.includes("first-org/widgets") || names.includes("second-user/attic")) throw new Error(names.join())
      },
    },
    list_issues: {
      parameters: { ...widgets, labels: ["bug"] },
      answer: { issues: [{ number: 1, title: "First issue" }] },
    },
    create_issue: {
      parameters: { ...widgets, title: "It squeaks", labels: ["bug"] },
      answer: { number: 2, title: "It squeaks", state: "open" },
      verify(_answer, emulator) {
        if (repositoryOf(emulator).issues[1]?.labels[0] !== "bug")
          throw new Error("the issue is not there with its label")
      },
    },
    add_comment: {
      parameters: { ...widgets, issue_number: 1, body: "Mine too." },
      answer: { body: "Mine too." },
      verify({ id }, emulator) {
        if (repositoryOf(emulator).comments[0]?.id !== id) throw new Error("the comment is not there")
      },
    },
    create_pr: {
      parameters: { ...widgets, title: "Oil it", head: "feature", base: "main" },
      answer: { number: 2, head: { ref: "feature" }, base: { ref: "main" } },
    },
    trigger_workflow: {
      parameters: { ...widgets, workflow_id: "ci.yml", ref: "main", inputs: { depth: "full" } },
      answer: { triggered: true },
      verify(_answer, emulator) {
        const [dispatch] = repositoryOf(emulator).dispatches
        if (dispatch?.workflow !== "ci.yml" || dispatch.inputs.depth !== "full")
          throw new Error("nothing was dispatched")
      },
    },
    get_file: {
      parameters: { ...widgets, path: "docs/guide.md" },
      answer: { path: "docs/guide.md", content: btoa("Read me.\n") },
    },
  },
  errors: [
    {
      when: "there is no such repository, or none that may be seen",
      operation: "list_issues",
      parameters: { owner: "second-user", repo: "attic" },
      code: "resource_not_found",
    },
    {
      when: "there is no such branch",
      operation: "create_pr",
      parameters: { ...widgets, title: "Oil it", head: "nowhere", base: "main" },
      code: "input_invalid",
      providerCode: "invalid",
    },
    {
      when: "the repository has no issues",
      operation: "create_issue",
      parameters: { owner: "first-org", repo: "site", title: "Hello" },
      code: "resource_not_found",
    },
    {
      when: "the workflow cannot be triggered",
      operation: "trigger_workflow",
      parameters: { ...widgets, workflow_id: "nightly.yml", ref: "main" },
      code: "input_invalid",
    },
    {
      when: "it is too much at once",
      operation: "list_issues",
      parameters: widgets,
      arrange: ({ faults }) =>
        faults.next({
          on: "*",
          fault: { kind: "status", status: 403, retryAfterSeconds: 30, body: { message: "Wait." } },
        }),
      code: "rate_limited",
      providerCode: "secondary_rate_limit",
    },
    {
      when: "GitHub forbids it",
      operation: "list_issues",
      parameters: widgets,
      arrange: next(403, { message: "Resource not accessible by integration" }),
      code: "forbidden",
    },
  ],
  unknownError: next(400, { message: "Problems", errors: [{ code: "holdfast_unheard_of" }] }),
} satisfies Partial<Examples> & Pick<Examples, "emulator" | "operations" | "errors">

const person = { id: "1001", label: "first-user", email: "first@github.example" }
const unscoped = { scope_missing: "a GitHub App has permissions, and no scopes" }
const timeless = { stale_delivery: "GitHub signs no time" }

describe("with an OAuth App", () => {
  connectorSuite<GithubConnector, GithubOptions, GithubEmulator>(
    githubBy("oauth", () => false),
    { ...examples, app: emulatorOAuthApp, methods: { oauth: { account: person } } },
  )
})

describe("with a GitHub App, as a person", () => {
  connectorSuite<GithubConnector, GithubOptions, GithubEmulator>(
    githubBy("app_user", (event) => event === "github_app_authorization_revoked"),
    {
      ...examples,
      emulator: async (registration) => {
        const emulator = examples.emulator(registration)
        emulator.provider.install("first-user", "first-org")
        return emulator
      },
      app: emulatorApp,
      methods: { app_user: { account: person } },
      webhooks: {
        signature: ({ provider }) => provider.signature,
        deliveries: ({ provider }) => {
          const [first] = defaultUsers
          return first ? { github_app_authorization_revoked: provider.revokeAuthorization(first) } : {}
        },
        ends: ["github_app_authorization_revoked"],
      },
      skip: { ...unscoped, ...timeless },
    },
  )
})

describe("with a GitHub App that is installed", () => {
  connectorSuite<GithubConnector, GithubOptions, GithubEmulator>(
    githubBy("app_installation", (event) => event !== "github_app_authorization_revoked"),
    {
      ...examples,
      app: emulatorApp,
      methods: {
        app_installation: {
          async visit(emulator, url, { account, ...choices }) {
            const chosen = { ...choices, ...(account !== undefined && { account }) }
            if (url.includes("/installations/new")) return [await visitPage(emulator, url, account)]
            return [await approve(emulator.fetch, url, chosen)]
          },
          account: { id: "target:2001", label: "first-org", data: { type: "Organization", login: "first-org" } },
          another: {
            approve: { account: "1003" },
            async visit(emulator, url) {
              if (url.includes("/installations/new")) return [await visitPage(emulator, url, "1003@third-user")]
              return [await approve(emulator.fetch, url, { account: "1003" })]
            },
          },
          withdraw: ({ provider }) => provider.uninstall("first-org"),
          alive: ({ provider }) => provider.world.installations.length > 0,
        },
      },
      webhooks: {
        signature: ({ provider }) => provider.signature,
        deliveries({ provider }) {
          const [installation] = provider.world.installations
          if (!installation) throw new Error("nothing is installed")
          const event = (name: string, fields: object) => provider.event(name, installation, fields)
          const issue = { number: 1 }
          return {
            push: event("push", { ref: "refs/heads/main", after: "a".repeat(40) }),
            issues_opened: event("issues", { action: "opened", issue }),
            issues_closed: event("issues", { action: "closed", issue }),
            issue_comment_created: event("issue_comment", {
              action: "created",
              issue,
              comment: { id: 1, body: "Hello" },
            }),
            pull_request_opened: event("pull_request", { action: "opened", pull_request: { number: 2 } }),
            pull_request_closed: event("pull_request", { action: "closed", pull_request: { number: 2 } }),
            workflow_run_completed: event("workflow_run", {
              action: "completed",
              workflow_run: { id: 1, conclusion: "success" },
            }),
            installation_repositories_added: event("installation_repositories", { action: "added" }),
            installation_repositories_removed: event("installation_repositories", { action: "removed" }),
            installation_suspend: event("installation", { action: "suspend" }),
            installation_unsuspend: event("installation", { action: "unsuspend" }),
            installation_deleted: event("installation", { action: "deleted" }),
          }
        },
        ends: ["installation_deleted"],
      },
      skip: { ...unscoped, ...timeless },
    },
  )
})
