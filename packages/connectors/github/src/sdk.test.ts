import { createAppAuth } from "@octokit/auth-app"
import { Octokit } from "@octokit/rest"
import { sign, verify } from "@octokit/webhooks-methods"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { createGithubEmulator, emulatorApp, emulatorOAuthApp } from "./emulator.js"
import { githubWorld } from "./test-support.js"

// GitHub's own libraries against the stand-in: what they refuse, that has wrong.

const widgets = { owner: "first-org", repo: "widgets" }
const quiet = { debug() {}, info() {}, warn() {}, error() {} }

function withToken(emulator: ReturnType<typeof createGithubEmulator>, auth: string) {
  return new Octokit({ auth, log: quiet, request: { fetch: emulator.fetch } })
}

describe("@octokit/rest", () => {
  it("knows the person, pages through repositories, and writes", async () => {
    const emulator = createGithubEmulator()
    const { main } = emulator.provider.oauth.issue({ clientId: emulatorOAuthApp.clientId, scopes: ["repo"] })
    const octokit = withToken(emulator, main.accessToken)
    expect((await octokit.users.getAuthenticated()).data).toMatchObject({ id: 1001, login: "first-user" })
    const all = await octokit.paginate(octokit.repos.listForAuthenticatedUser, { per_page: 1 })
    expect(all.map(({ full_name }) => full_name)).toEqual(["first-org/widgets", "first-org/site", "first-user/notes"])
    const { data: issue } = await octokit.issues.create({ ...widgets, title: "It squeaks" })
    await octokit.issues.createComment({ ...widgets, issue_number: issue.number, body: "Mine too." })
    const { data: pull } = await octokit.pulls.create({ ...widgets, title: "Oil it", head: "feature", base: "main" })
    expect((await octokit.issues.listForRepo(widgets)).data.map(({ number }) => number)).toEqual([
      pull.number,
      issue.number,
      1,
    ])
    const run = await octokit.actions.createWorkflowDispatch({ ...widgets, workflow_id: "ci.yml", ref: "main" })
    expect(run.status).toBe(204)
    const { data: file } = await octokit.repos.getContent({ ...widgets, path: "docs/guide.md" })
    expect(file).toMatchObject({ type: "file", path: "docs/guide.md" })
  })

  it("sees GitHub's refusals", async () => {
    const emulator = createGithubEmulator()
    await expect(withToken(emulator, "gho_unknown").users.getAuthenticated()).rejects.toMatchObject({ status: 401 })
    const { main } = emulator.provider.oauth.issue({ clientId: emulatorOAuthApp.clientId, scopes: [] })
    const octokit = withToken(emulator, main.accessToken)
    await expect(octokit.issues.listForRepo(widgets)).rejects.toMatchObject({ status: 404 })
    await expect(octokit.issues.create({ owner: "second-user", repo: "garden", title: "Hello" })).rejects.toMatchObject(
      { status: 403 },
    )
    await expect(octokit.apps.listInstallationsForAuthenticatedUser()).rejects.toMatchObject({ status: 403 })
  })

  it("goes through a connection, which renews what it is given", async () => {
    const { connect, emulator } = githubWorld()
    const connection = await connect({ method: "app_user" })
    const octokit = new Octokit({ log: quiet, request: { fetch: connection.fetch } })
    emulator.clock.advance(9 * 3_600_000)
    expect((await octokit.users.getAuthenticated()).data.login).toBe("first-user")
    expect(emulator.counters.refreshes.issued).toBe(1)
  })
})

describe("@octokit/auth-app", () => {
  const auth = {
    clientId: emulatorApp.clientId,
    clientSecret: emulatorApp.clientSecret,
    appId: emulatorApp.clientId,
    privateKey: emulatorApp.privateKey,
  }

  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }))
  afterEach(() => void vi.useRealTimers())

  it("signs as the app, and makes tokens of an installation with the same key", async () => {
    const emulator = createGithubEmulator()
    vi.setSystemTime(emulator.clock.now())
    const { installation } = emulator.provider.install("first-user", "first-org") as { installation: { id: number } }
    const request = { fetch: emulator.fetch }
    const app = new Octokit({ authStrategy: createAppAuth, auth, log: quiet, request })
    expect((await app.apps.getAuthenticated()).data).toMatchObject({ slug: emulatorApp.slug })
    const installed = new Octokit({
      authStrategy: createAppAuth,
      auth: { ...auth, installationId: installation.id },
      log: quiet,
      request,
    })
    const { data } = await installed.apps.listReposAccessibleToInstallation()
    expect(data.repositories.map(({ name }) => name)).toEqual(["widgets", "site"])
    await app.apps.deleteInstallation({ installation_id: installation.id })
    expect(emulator.provider.world.installations).toEqual([])
  })
})

describe("@octokit/webhooks-methods", () => {
  it("takes the stand-in's signature, and makes the same", async () => {
    const { provider } = createGithubEmulator()
    const text = JSON.stringify({ action: "opened" })
    const parts = {
      method: "POST",
      url: "https://app.example.com",
      body: new TextEncoder().encode(text),
      at: 0,
      id: "1",
    }
    const { "x-hub-signature-256": signature = "" } = await provider.signature.sign(parts)
    expect(await sign(emulatorApp.webhookSecret, text)).toBe(signature)
    expect(await verify(emulatorApp.webhookSecret, text, signature)).toBe(true)
  })
})
