import { createHash, randomBytes } from "node:crypto"
import { once } from "node:events"
import { readFile } from "node:fs/promises"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { type ApiKeyScope, type Holdfast, memoryStore, type Owner } from "@holdfast/core"
import { approve, type Emulator } from "@holdfast/emulator"
import { listen } from "@holdfast/emulator/node"
import { createNotionEmulator, emulatorApp } from "@holdfast/notion/emulator"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { type Browser, createBrowser, type Page } from "./demo/browser.js"
import { holdPort } from "./demo/held-port.js"
import { createCredentialsApp } from "./seed-002-http.js"

const owner: Owner = { tenantId: "example" }
let url: string
let callback: string
let text: string
let aheadMs = 0
let holdfast: Holdfast
let notion: { emulator: Emulator; close(): Promise<void> }
const servers: Server[] = []

beforeAll(async () => {
  text = (await readFile(new URL("./seed-002-http.sh", import.meta.url), "utf8")).replace(/^#.*\n/, "")
  const { port, release } = await holdPort(0)
  url = `http://127.0.0.1:${port}`
  // The caller's own page, elsewhere.
  const caller = createServer((_request, response) => void response.end("Thank you")).listen(0, "127.0.0.1")
  await once(caller, "listening")
  callback = `http://127.0.0.1:${(caller.address() as AddressInfo).port}/oauth/callback`
  const emulator = createNotionEmulator({ redirectUris: [`${url}/api/integrations/oauth/callback/notion`] })
  const { reroute, close } = await listen(emulator)
  notion = { emulator, close }
  vi.stubEnv("APP_URL", url)
  vi.stubEnv("CALLBACK_URL", callback)
  vi.stubEnv("NOTION_CLIENT_ID", emulatorApp.clientId)
  vi.stubEnv("NOTION_CLIENT_SECRET", emulatorApp.clientSecret)
  vi.stubEnv("HOLDFAST_KEYS", `test:${randomBytes(32).toString("base64url")}`)
  const clock = { now: () => Date.now() + aheadMs, monotonic: () => performance.now() }
  const made = createCredentialsApp({ store: memoryStore(), reroute, runtime: { clock } })
  holdfast = made.holdfast as unknown as Holdfast
  await release()
  const server = made.app.listen(port, "127.0.0.1")
  await once(server, "listening")
  servers.push(server, caller)
})

afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  await holdfast.close()
  await notion.close()
  vi.unstubAllEnvs()
})

interface Call {
  readonly url: string
  readonly headers: Record<string, string>
  readonly body: Record<string, string>
}

/** The guide's calls: begin, and finish. */
function calls(): [Call, Call] {
  const [begin, finish] = text.split(/^(?=curl )/m).map((call) => ({
    url: /https:\S+/.exec(call)?.[0] ?? "",
    headers: Object.fromEntries([...call.matchAll(/-H "([^:]+): (.*)"/g)].map(([, name, value]) => [name, value])),
    body: JSON.parse(/-d '(.*)'/s.exec(call)?.[1] ?? ""),
  }))
  return [begin as Call, finish as Call]
}

/** Sends a call of the guide to us: what it leaves to the reader is filled in, and nothing else is changed. */
async function send(call: Call, key: string, change: { headers?: Record<string, string>; body?: object } = {}) {
  const [head = "", rest = ""] = call.url.split("https://production.runalloy.com")
  const headers = { ...call.headers, Authorization: call.headers.Authorization?.replace("YOUR_API_KEY", key) ?? "" }
  const answer = await fetch(head + url + rest, {
    method: "POST",
    headers: { ...headers, ...change.headers },
    body: JSON.stringify({ ...call.body, ...change.body }),
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, string> }
}

async function newKey(asker = owner, scopes: ApiKeyScope[] = ["connect"]): Promise<string> {
  return (await holdfast.access.createKey(asker, { name: "test", scopes })).key
}

const begin = (key: string, change: Parameters<typeof send>[2] = {}) =>
  send(calls()[0], key, { ...change, body: { redirectUri: callback, ...change.body } })
const finish = (key: string, code: string | null, state?: string, headers: Record<string, string> = {}) =>
  send(calls()[1], key, { headers, body: { code, state } })

/** Opens the address as a person does, clicks on, and allows or denies at the provider. Answers where they land. */
async function consent(oauthUrl = "", { deny = false, browser = createBrowser() } = {}): Promise<Page> {
  const asking = await browser.visit(oauthUrl)
  expect(asking.markup).toContain("<strong>The example</strong> asks to use your Notion account")
  const provider = await browser.submit(asking, async () => undefined)
  const back = await approve(fetch, provider.url, { deny })
  const landed = await browser.visit(back.href)
  browser.close()
  return landed
}

/** Everything until the caller has a code. */
async function granted(key: string, browser?: Browser) {
  const begun = await begin(key)
  expect(begun.status).toBe(200)
  const { searchParams } = (await consent(begun.body.oauthUrl, browser ? { browser } : {})).url
  return {
    credentialId: begun.body.credentialId ?? "",
    code: searchParams.get("code") ?? "",
    state: searchParams.get("state") ?? "",
  }
}

describe("the HTTP calls of seed 002, word for word (S1)", () => {
  it("are the seed's own text", () => {
    const digest = createHash("sha256").update(text).digest("hex")
    expect(digest).toBe("9b5449714553d901ac6f07912c808a47603dc33cb92d8627ebfa5e499a08a12c")
  })

  it("give an address to send the person to, and a connection for the code they come back with", async () => {
    const key = await newKey()
    const begun = await begin(key)
    expect(begun).toEqual({
      status: 200,
      body: {
        oauthUrl: expect.stringContaining(`${url}/api/integrations/attempts/`),
        credentialId: expect.any(String),
      },
    })
    const { url: landed } = await consent(begun.body.oauthUrl)
    expect(landed.origin + landed.pathname).toBe(callback)
    expect([...landed.searchParams.keys()]).toEqual(["code", "state"])
    expect(landed.searchParams.get("code")).toMatch(/^[\w-]{43}$/)
    // What the caller keeps to know its own attempt by.
    expect(landed.searchParams.get("state")).toBe(begun.body.credentialId)

    const done = await finish(key, landed.searchParams.get("code"), landed.searchParams.get("state") ?? "")
    expect(done).toEqual({
      status: 200,
      body: {
        connectionId: expect.stringMatching(/^conn_/),
        credentialId: begun.body.credentialId,
        status: "connected",
      },
    })
    const connection = holdfast.for(owner).connection(done.body.connectionId ?? "")
    expect(await connection.run("search")).toMatchObject({ results: expect.any(Array) })
    await connection.disconnect()
  })

  it("are answered the same when the code is posted twice, and without state", async () => {
    const key = await newKey()
    const { code } = await granted(key)
    const exchanges = notion.emulator.counters.tokensIssued.authorization_code
    const [first, second] = await Promise.all([finish(key, code), finish(key, code)])
    expect(first).toMatchObject({ status: 200, body: { status: "connected" } })
    expect([second, await finish(key, code)]).toEqual([first, first])
    expect(notion.emulator.counters.tokensIssued.authorization_code).toBe(exchanges)
    await holdfast
      .for(owner)
      .connection(first.body.connectionId ?? "")
      .disconnect()
  })

  it.each(["2025-09", "2024-02", "2023-12"])("may name the version %s, or none, and no other", async (version) => {
    const key = await newKey()
    expect((await begin(key, { headers: { "x-api-version": version } })).status).toBe(200)
    const [call] = calls()
    const { "x-api-version": _version, ...headers } = call.headers
    expect((await send({ ...call, headers }, key, { body: { redirectUri: callback } })).status).toBe(200)
    for (const wrong of [`${version}-01`, "2026-01", "", "latest"]) {
      const refused = { status: 400, body: { error: "input_invalid", details: { fields: ["x-api-version"] } } }
      expect(await begin(key, { headers: { "x-api-version": wrong } })).toMatchObject(refused)
      expect(await finish(key, "code", undefined, { "x-api-version": wrong })).toMatchObject(refused)
    }
  })
})

describe("what the calls refuse", () => {
  it("is a key that is wrong, revoked, or not for this (X9)", async () => {
    const { key, id } = await holdfast.access.createKey(owner, { name: "to be revoked" })
    expect((await begin(key)).status).toBe(200)
    await holdfast.access.revokeKey(owner, id)
    for (const bad of [key, "YOUR_API_KEY", `${await newKey()}x`, ""]) {
      expect(await begin(bad)).toMatchObject({ status: 401, body: { error: "unauthenticated" } })
      expect(await finish(bad, "code")).toMatchObject({ status: 401 })
    }
    const reader = await newKey(owner, ["read", "run"])
    expect(await begin(reader)).toMatchObject({ status: 403, body: { error: "forbidden" } })
  })

  it("is a code of somebody else, whose try does not use it up (S4)", async () => {
    const key = await newKey()
    const { code, credentialId } = await granted(key)
    const others = [{ tenantId: "other" }, { tenantId: "example", userId: "member" }]
    for (const other of others) {
      const refused = await finish(await newKey(other), code)
      expect(refused).toMatchObject({ status: 400, body: { error: "state_mismatch" } })
    }
    expect(await finish(key, code, "another_state")).toMatchObject({ status: 400 })
    expect(await finish(key, "authorization_code_from_callback")).toMatchObject({ status: 400 })
    const done = await finish(key, code)
    expect(done).toMatchObject({ status: 200, body: { credentialId } })
    await holdfast
      .for(owner)
      .connection(done.body.connectionId ?? "")
      .disconnect()
  })

  it("is a code that is older than a minute", async () => {
    const key = await newKey()
    const { code } = await granted(key)
    aheadMs += 61_000
    expect(await finish(key, code)).toMatchObject({ status: 410, body: { error: "attempt_expired" } })
  })

  it("is an address that is not listed, a kind that there is not, and another connector in the body", async () => {
    const key = await newKey()
    for (const redirectUri of [calls()[0].body.redirectUri, `${callback}/`, `${callback}?x=1`, "/oauth/callback"])
      expect(await begin(key, { body: { redirectUri } })).toMatchObject({
        status: 400,
        body: { error: "redirect_uri_mismatch" },
      })
    for (const [body, field] of [
      [{ credentialType: "saml" }, "credentialType"],
      [{ redirectUri: undefined }, "redirectUri"],
    ] as const)
      expect(await begin(key, { body })).toMatchObject({
        status: 400,
        body: { error: "input_invalid", details: { fields: [field] } },
      })
    expect(await begin(key, { body: { connectorId: "hubspot" } })).toMatchObject({ status: 404 })
  })

  it("is told to the caller's page when the person says no", async () => {
    const { body } = await begin(await newKey())
    const { searchParams } = (await consent(body.oauthUrl, { deny: true })).url
    expect(Object.fromEntries(searchParams)).toEqual({ error: "access_denied", state: body.credentialId })
  })
})

describe("the person whose browser it is (X4)", () => {
  it("is asked before anything happens, and no other browser gets a code", async () => {
    const { body } = await begin(await newKey())
    const browser = createBrowser()
    const provider = await browser.submit(await browser.visit(body.oauthUrl ?? ""), async () => undefined)
    const back = await approve(fetch, provider.url)
    const other = createBrowser()
    const refused = await other.visit(back.href)
    expect([refused.url.origin, refused.markup.includes("state_mismatch")]).toEqual([url, true])
    const arrived = `${url}/connectors/notion/credentials/arrived?attempt=${body.credentialId}&to=${encodeURIComponent(callback)}`
    expect((await other.visit(arrived)).status).toBe(401)
    await other.visit(`${url}/api/integrations/connect/notion`)
    // Its own browser goes on, wherever the address says to go.
    const landed = await browser.visit(back.href)
    expect(landed.url.searchParams.has("code")).toBe(true)
    const elsewhere = await browser.visit(arrived.replace(/to=.*/, "to=https%3A%2F%2Fevil.example%2F"))
    expect(elsewhere.url.origin + elsewhere.url.pathname).toBe(callback)
    for (const one of [browser, other]) one.close()
  })
})
