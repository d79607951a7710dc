import { createPrivateKey } from "node:crypto"
import { HoldfastError } from "@holdfast/core"
import { approve, pkceChallenge } from "@holdfast/emulator"
import { ada, bob, connectorWorld, endOf } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { createGithubEmulator, emulatorApp, emulatorOAuthApp, type GithubEmulator } from "./emulator.js"
import { type GithubOptions, github } from "./index.js"
import { githubWorld, oauthWorld, visitPage } from "./test-support.js"

const callback = "https://app.example.com/api/integrations/oauth/callback/github"
const widgets = { owner: "first-org", repo: "widgets" }
const hourMs = 3_600_000
type World = ReturnType<typeof githubWorld>

/** Leaves for the installation, chooses, authorizes, and is connected. */
async function install(
  world: World,
  at = "1001@first-org",
  { owner = ada, reconnect = undefined as string | undefined } = {},
) {
  const view = await arriveFrom(world, at, { owner, reconnect })
  if (view.connectionId === undefined) throw new Error(`it ended ${view.status} with ${view.error?.code}`)
  return world.holdfast.for(owner).connection(view.connectionId, "github")
}

async function arriveFrom(
  { leave, comeBack, emulator }: World,
  at: string,
  { owner = ada, reconnect = undefined as string | undefined } = {},
) {
  const [account = ""] = at.split("@")
  let url = await leave({ method: "app_installation", owner, ...(reconnect && { reconnect }) })
  for (let turn = 0; ; turn++) {
    const back = url.pathname.startsWith("/apps/")
      ? await visitPage(emulator, url.href, at)
      : await approve(emulator.fetch, url, { account })
    const view = await comeBack(back, owner)
    if (view.step.kind !== "redirect" || turn === 3) return view
    url = new URL(view.step.url)
  }
}

describe("the token endpoint (quirk 4)", () => {
  async function code(emulator: GithubEmulator, clientId: string) {
    const url = new URL("https://github.com/login/oauth/authorize?scope=repo%20gist")
    url.searchParams.set("client_id", clientId)
    url.searchParams.set("redirect_uri", callback)
    return (await approve(emulator.fetch, url)).searchParams.get("code") ?? ""
  }
  const post = (emulator: GithubEmulator, fields: Record<string, string>, headers: Record<string, string> = {}) => {
    const body = new URLSearchParams({
      client_id: emulatorOAuthApp.clientId,
      client_secret: emulatorOAuthApp.clientSecret,
      ...fields,
    })
    return emulator.fetch("https://github.com/login/oauth/access_token", { method: "POST", headers, body })
  }

  it("of the stand-in answers forms unless JSON is asked for, and refuses with HTTP 200", async () => {
    const emulator = createGithubEmulator()
    const form = await post(emulator, { code: await code(emulator, emulatorOAuthApp.clientId) })
    expect(form.headers.get("content-type")).toMatch(/^application\/x-www-form-urlencoded/)
    expect(new URLSearchParams(await form.text()).get("scope")).toBe("repo,gist")
    const refused = await post(emulator, { code: "spent" }, { accept: "application/json" })
    expect(refused.status).toBe(200)
    expect(await refused.json()).toMatchObject({ error: "bad_verification_code" })
  })

  it("is asked for JSON, with PKCE and the redirect URI", async () => {
    const { connect, leave, requests } = oauthWorld()
    const asked = (await leave()).searchParams
    expect(Object.fromEntries(asked)).toMatchObject({
      scope: "repo",
      redirect_uri: callback,
      code_challenge_method: "S256",
    })
    await connect()
    const [exchange] = requests
    expect(exchange?.headers.get("accept")).toBe("application/json")
    const sent = new URLSearchParams(await exchange?.text())
    expect(sent.get("redirect_uri")).toBe(callback)
    expect(await pkceChallenge(sent.get("code_verifier") ?? "")).toMatch(/^[\w-]{43}$/)
  })

  it("takes refusals with HTTP 200 for refusals", async () => {
    const { walk, emulator } = oauthWorld()
    emulator.faults.next({
      on: "token.code",
      fault: { kind: "status", status: 200, body: { error: "bad_verification_code" } },
    })
    expect((await walk()).error?.code).toBe("provider_rejected")
    emulator.faults.next({
      on: "token.code",
      fault: { kind: "status", status: 200, body: { error: "incorrect_client_credentials" } },
    })
    expect((await walk()).error?.code).toBe("config_invalid")
  })

  it("says scopes separated by commas, asked for with blanks, and also that there are none", async () => {
    const { connect } = oauthWorld()
    const some = await connect({ scopes: ["repo", "gist"] })
    expect((await some.info()).slots.main?.scopes).toEqual(["repo", "gist"])
    const none = await connect({ scopes: [], owner: bob })
    expect((await none.info()).slots.main?.scopes).toEqual([])
    expect(await endOf(none.run("create_issue", { ...widgets, title: "Hello" }))).toMatchObject({
      code: "scope_missing",
    })
  })
})

describe("every request to the API", () => {
  it("has a User-Agent, without which GitHub answers 403 (quirk 4)", async () => {
    const world = githubWorld()
    const connection = await install(world)
    await connection.run("list_repos")
    await connection.disconnect()
    expect(world.requests.length).toBeGreaterThan(6)
    for (const { url, headers } of world.requests) expect(headers.get("user-agent"), url).toBe("holdfast")
    expect((await world.emulator.fetch("https://api.github.com/user")).status).toBe(403)
  })
})

describe("an OAuth App", () => {
  it("has tokens that do not end, and takes the whole grant back by Basic", async () => {
    const { connect, emulator, requests } = oauthWorld()
    const connection = await connect()
    expect((await connection.info()).slots.main).toMatchObject({ expiresAt: "never" })
    emulator.clock.advance(900 * 24 * hourMs)
    await connection.run("list_repos")
    await connection.disconnect()
    const last = requests.at(-1)
    expect(`${last?.method} ${last?.url}`).toBe(
      `DELETE https://api.github.com/applications/${emulatorOAuthApp.clientId}/grant`,
    )
    expect(last?.headers.get("authorization")).toMatch(/^Basic /)
    expect(Object.keys((await last?.json()) as object)).toEqual(["access_token"])
    expect(emulator.provider.oauth.grants().every(({ revokedAt }) => revokedAt !== undefined)).toBe(true)
  })
})

describe("a GitHub App's user token", () => {
  it("is renewed after eight hours with a refresh token that works once (quirk 40)", async () => {
    const { connect, emulator } = githubWorld()
    const connection = await connect({ method: "app_user" })
    expect((await connection.info()).slots.main).toMatchObject({
      expiresAt: emulator.clock.now() + 8 * hourMs,
      scopes: null,
    })
    for (let turn = 0; turn < 3; turn++) {
      emulator.clock.advance(9 * hourMs)
      await Promise.all(Array.from({ length: 10 }, () => connection.run("list_repos")))
    }
    expect(emulator.counters.refreshes).toMatchObject({ issued: 3, mostForOne: 1 })
  })

  it("is not renewed once six months went by", async () => {
    const { connect, emulator } = githubWorld()
    const connection = await connect({ method: "app_user" })
    emulator.clock.advance(185 * 24 * hourMs)
    expect(await endOf(connection.run("list_repos"))).toMatchObject({ code: "reauth_required" })
    expect(await connection.info()).toMatchObject({ status: "needs_reauth", actor: "end_user" })
  })

  it("does not end where the app turned expiry off (C12)", async () => {
    const { connect, emulator } = githubWorld({ expiringTokens: false })
    const connection = await connect({ method: "app_user" })
    expect((await connection.info()).slots.main).toMatchObject({ expiresAt: "never" })
    emulator.clock.advance(300 * 24 * hourMs)
    await connection.run("list_repos")
  })

  it("that has ended is renewed once more to take the grant back", async () => {
    const { connect, emulator } = githubWorld()
    const connection = await connect({ method: "app_user" })
    emulator.clock.advance(9 * hourMs)
    expect(await connection.disconnect()).toMatchObject({ revocation: "revoked" })
    expect(emulator.provider.oauth.grants().some(({ live }) => live.accessTokens + live.refreshTokens > 0)).toBe(false)
  })

  it("is one for a GitHub App whichever of the two methods asks, and lives by its answer", async () => {
    const { connect, emulator } = githubWorld()
    const connection = await connect({ method: "oauth" })
    expect((await connection.info()).slots.main).toMatchObject({ scopes: null })
    emulator.clock.advance(9 * hourMs)
    await connection.run("list_repos")
    expect(emulator.counters.refreshes.mostForOne).toBe(1)
  })
})

describe("an installation (C14)", () => {
  it("leaves for the app's own page with the state, and stores no token of the person", async () => {
    const world = githubWorld()
    const url = await world.leave({ method: "app_installation" })
    expect(`${url.origin}${url.pathname}`).toBe("https://github.com/apps/emulated-app/installations/new")
    expect([...url.searchParams.keys()]).toEqual(["state"])
    const connection = await install(world)
    expect(Object.keys((await connection.info()).slots)).toEqual(["installation"])
    expect(await connection.accessToken()).toMatch(/^ghs_/)
    expect(world.emulator.provider.oauth.grants().every(({ live }) => live.accessTokens === 0)).toBe(true)
  })

  it("mints a token each hour, once for many callers, though nothing is spent", async () => {
    const world = githubWorld()
    const connection = await install(world)
    const [installation] = world.emulator.provider.world.installations
    expect((await connection.info()).slots.installation).toMatchObject({
      expiresAt: world.emulator.clock.now() + hourMs,
      scopes: null,
    })
    world.emulator.clock.advance(hourMs + 1_000)
    const issued = () => world.emulator.counters.tokensIssued.installation
    const before = issued() ?? 0
    await Promise.all(Array.from({ length: 20 }, () => connection.run("list_repos")))
    expect(issued()).toBe(before + 1)
    expect(world.emulator.counters.refreshes.shown).toBe(0)
    expect((await connection.info()).account.data).toMatchObject({ installationId: String(installation?.id) })
  })

  it("of somebody else is not believed, whatever the browser says", async () => {
    const world = githubWorld()
    const { installation } = world.emulator.provider.install("first-user", "first-org") as {
      installation: { id: number }
    }
    const url = await world.leave({ method: "app_installation", owner: bob })
    const back = new URL(callback)
    const spoofed = {
      state: url.searchParams.get("state") ?? "",
      installation_id: String(installation.id),
      setup_action: "install",
    }
    for (const [name, value] of Object.entries(spoofed)) back.searchParams.set(name, value)
    const { step } = await world.comeBack(back, bob)
    const authorize = step.kind === "redirect" ? step.url : ""
    const view = await world.comeBack(await approve(world.emulator.fetch, authorize, { account: "1003" }), bob)
    expect(view).toMatchObject({ status: "failed", error: { code: "state_mismatch" } })
    expect(await world.holdfast.for(bob).list()).toEqual([])
    expect(world.emulator.counters.tokensIssued.installation).toBeUndefined()
  })

  it("on a person's own account is that person's alone", async () => {
    const world = githubWorld()
    expect((await (await install(world, "1003@third-user")).info()).account).toMatchObject({
      id: "target:1003",
      label: "third-user",
    })
    // Whoever works on a repository there can see the installation too: the list alone would do for them.
    const { world: github } = world.emulator.provider
    const [installation] = github.installations
    const shared = world.emulator.provider.world.organizations[0]
    if (!installation || !shared) throw new Error("nothing is there")
    github.installations[0] = { ...installation, account: { ...installation.account, login: shared.login } }
    const view = await arriveFrom(world, "1002@first-org", { owner: bob })
    expect(view).toMatchObject({ status: "failed", error: { code: "state_mismatch" } })
  })

  it("may come back together with the person's authorization", async () => {
    const world = githubWorld({ authorizesOnInstall: true })
    const url = await world.leave({ method: "app_installation" })
    const authorize = await visitPage(world.emulator, url.href)
    const back = await approve(world.emulator.fetch, authorize)
    expect([...back.searchParams.keys()].toSorted()).toEqual(["code", "installation_id", "setup_action", "state"])
    const { step } = await world.comeBack(back)
    const proof = await approve(world.emulator.fetch, step.kind === "redirect" ? step.url : "")
    expect(await world.comeBack(proof)).toMatchObject({ status: "connected" })
  })

  it("waits for an owner for days, and goes on when one has approved (C20)", async () => {
    const world = githubWorld()
    const { emulator, holdfast } = world
    const owner = bob
    const waiting = await arriveFrom(world, "1002@first-org", { owner })
    expect(waiting).toMatchObject({
      status: "pending",
      step: { kind: "wait", message: expect.stringContaining("first-org") },
    })
    const visitor = { browser: "a-browser", owner }
    const poll = () => holdfast.attempts.poll(waiting.id, visitor)
    emulator.clock.advance(9 * 24 * hourMs)
    expect((await poll()).step.kind).toBe("wait")
    emulator.faults.next({ on: "*", fault: { kind: "status", status: 503 } })
    expect((await poll()).step.kind, "a look that failed ends nothing").toBe("wait")
    emulator.provider.approve("first-org")
    const { step } = await poll()
    if (step.kind !== "redirect") throw new Error(`the step is ${step.kind}`)
    const view = await world.comeBack(await approve(emulator.fetch, step.url, { account: "1002" }), owner)
    expect(view).toMatchObject({ status: "connected" })
  })

  it("waits for 14 days at most", async () => {
    const world = githubWorld()
    const waiting = await arriveFrom(world, "1002@first-org", { owner: bob })
    world.emulator.clock.advance(14 * 24 * hourMs + 1)
    world.emulator.provider.approve("first-org")
    expect((await endOf(world.holdfast.attempts.poll(waiting.id, { browser: "a-browser", owner: bob }))).code).not.toBe(
      "ok",
    )
  })

  it("that was made again is the same connection, under its new number", async () => {
    const world = githubWorld()
    const { emulator } = world
    const connection = await install(world)
    const { id, account } = await connection.info()
    const old = emulator.provider.world.installations[0]
    if (!old) throw new Error("nothing is installed")
    emulator.provider.uninstall("first-org")
    emulator.clock.advance(61_000)
    expect(await endOf(connection.run("list_repos"))).toMatchObject({ code: "reauth_required" })
    const again = await (await install(world, undefined, { reconnect: id })).info()
    expect(again).toMatchObject({ id, status: "active", account: { id: account.id } })
    expect(again.account.data?.installationId).not.toBe(account.data?.installationId)
    // What comes late about the old one does not end the new one.
    await world.deliver(
      emulator.provider.event("installation", old, { action: "deleted" }),
      emulator.provider.signature,
    )
    expect(await connection.info()).toMatchObject({ status: "active" })
  })

  it("that is well is not asked for again when reconnecting", async () => {
    const world = githubWorld()
    const { id } = await (await install(world)).info()
    expect((await world.leave({ method: "app_installation", reconnect: id })).pathname).toBe("/login/oauth/authorize")
  })

  it("is not dead while it is suspended, nor when the app's key is wrong", async () => {
    const world = githubWorld()
    const connection = await install(world)
    const [installation] = world.emulator.provider.world.installations
    if (!installation) throw new Error("nothing is installed")
    installation.suspended = true
    world.emulator.clock.advance(hourMs + 1_000)
    expect((await endOf(connection.run("list_repos"))).code).not.toBe("ok")
    expect((await connection.info()).status).not.toBe("needs_reauth")
    installation.suspended = false
    world.emulator.clock.advance(10 * 60_000)
    await connection.run("list_repos")
    world.emulator.faults.next({
      on: "POST /app/installations/{id}/access_tokens",
      fault: { kind: "status", status: 401, body: {} },
      times: "always",
    })
    world.emulator.clock.advance(hourMs + 1_000)
    expect((await endOf(connection.run("list_repos"))).code).not.toBe("reauth_required")
    expect((await connection.info()).status).toBe("degraded")
  })

  it("is taken away on disconnecting", async () => {
    const world = githubWorld()
    const connection = await install(world)
    expect(await connection.disconnect()).toMatchObject({ revocation: "revoked" })
    expect(world.emulator.provider.world.installations).toEqual([])
  })

  it("needs the app's key and its name", async () => {
    const { privateKey: _key, slug: _slug, ...bare } = emulatorApp
    const end = (app: GithubOptions) => endOf(githubWorld({}, app).begin({ method: "app_installation" }))
    expect((await end(bare)).code).toBe("config_invalid")
    expect((await end({ ...bare, slug: emulatorApp.slug })).code).toBe("config_invalid")
    const world = githubWorld(
      {},
      { ...emulatorApp, privateKey: "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----" },
    )
    const view = await arriveFrom(world, "1001@first-org")
    expect(view).toMatchObject({ status: "failed", error: { code: "config_invalid" } })
    expect(world.lines.join()).not.toContain("AAAA")
  })
})

describe("the private key (C14)", () => {
  const pkcs8 = createPrivateKey(emulatorApp.privateKey).export({ type: "pkcs8", format: "pem" }).toString()

  it.each([
    ["PKCS#1, as GitHub hands it out", emulatorApp.privateKey],
    ["PKCS#8", pkcs8],
    ["PKCS#1 in one line of the environment", emulatorApp.privateKey.replaceAll("\n", "\\n")],
  ])("may be %s", async (_form, privateKey) => {
    await install(githubWorld({}, { ...emulatorApp, privateKey }))
  })
})

describe("lists", () => {
  it("are walked by the Link header", async () => {
    const world = githubWorld()
    const connection = await install(world)
    const first = await connection.run("list_repos", { per_page: 1 })
    expect(first).toMatchObject({ repositories: [{ name: "widgets" }], next_page: 2 })
    const second = await connection.run("list_repos", { per_page: 1, page: first.next_page })
    expect(second.repositories.map(({ name }) => name)).toEqual(["site"])
    expect(second.next_page).toBeUndefined()
  })

  it("of repositories are the installation's own, or the person's", async () => {
    const world = githubWorld()
    await (await install(world)).run("list_repos")
    const person = await world.connect({ method: "app_user", owner: bob })
    await person.run("list_repos")
    const asked = world.requests.map(({ url }) => new URL(url).pathname)
    expect(asked).toContain("/installation/repositories")
    expect(asked.at(-1)).toBe("/user/repos")
  })
})

describe("limits", () => {
  it.each([
    ["retry-after", { "retry-after": "90" }, 90_000],
    ["x-ratelimit-reset", { "x-ratelimit-remaining": "0" }, 600_000],
  ])("are told by %s", async (_header, headers, retryAfterMs) => {
    const emulator = createGithubEmulator()
    const limited = () => {
      const reset = String(emulator.clock.now() / 1_000 + 600)
      return new Response("{}", { status: 403, headers: { "x-ratelimit-reset": reset, ...headers } })
    }
    const world = await limitedWorld(emulator, limited)
    const error = await world.run("list_issues", widgets).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(HoldfastError)
    expect(error).toMatchObject({ code: "rate_limited", details: { retryAfterMs } })
  })

  it("of the second kind without any header are known by the page that they name, and last a minute", async () => {
    const documentation_url =
      "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits"
    const connection = await limitedWorld(createGithubEmulator(), () =>
      Response.json({ message: "x", documentation_url }, { status: 403 }),
    )
    await expect(connection.run("list_issues", widgets)).rejects.toMatchObject({
      code: "rate_limited",
      details: { retryAfterMs: 60_000 },
    })
  })

  it("are not scopes that are missing, and those are not limits", async () => {
    const headers = { "x-oauth-scopes": "gist", "x-accepted-oauth-scopes": "repo, public_repo" }
    const connection = await limitedWorld(createGithubEmulator(), () =>
      Response.json({ message: "x" }, { status: 403, headers }),
    )
    expect(await endOf(connection.run("list_issues", widgets))).toEqual({
      code: "scope_missing",
      providerCode: "missing_scope",
    })
  })

  async function limitedWorld(emulator: GithubEmulator, limited: () => Response) {
    const fetch = async (request: Request) =>
      request.url.includes("/issues") ? limited() : await emulator.fetch(request)
    return await connectorWorld({ connectors: [github(emulatorOAuthApp)], emulator, fetch }).connect()
  }
})
