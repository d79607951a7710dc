import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { type Capture, type Channel, channels, createCapture } from "./canary-capture.js"
import { ada, admin, type CanaryWorld, canaryWorld, mount } from "./canary-world.js"

let folder: string
let capture: Capture
let world: CanaryWorld

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-canary-"))
  capture = createCapture(folder)
  world = canaryWorld(folder, capture)
})
afterEach(async () => {
  await world.close()
  rmSync(folder, { recursive: true, force: true })
})

/** How a secret could get out, by the way that it would really take. */
const leaks: Record<Channel, (secret: string) => Promise<unknown> | unknown> = {
  log: (secret) => capture.logger.debug("a line", { nested: [{ authorization: `Bearer ${secret}` }] }),
  error: (secret) =>
    capture.error(new Error("refused", { cause: { request: new Headers({ authorization: secret }) } })),
  event: (secret) => capture.event({ type: "connection.connected", data: { token: secret } }),
  async file(secret) {
    await world.store.documents.put({ key: "app:t1", value: JSON.stringify({ secret }), expiresAt: null }, 0)
    capture.files()
  },
  async journal(secret) {
    const keep = { append: async () => {}, list: async () => [], remove: async () => {} }
    const { fileJournal } = await import("../../packages/store-sql/src/journal.js")
    const real = fileJournal(join(folder, "journal"))
    const listening = capture.journal({ ...keep, append: real.append })
    await listening.append({ id: "i1", connectionId: "conn_1", keyId: "k1", sealed: secret })
    // Gone again before anybody looks at the end.
    await real.remove("i1")
  },
  response: (secret) => capture.send(async () => Response.json({ token: secret }))(new Request(`${mount}/connections`)),
  url: (secret) =>
    capture.fetch(async () => new Response())(
      new Request(`https://acme.example/?t=${encodeURIComponent(secret)}`, { method: "POST" }),
    ),
  output: (secret) => capture.output(`progress: ${secret}`),
}

describe("the search", () => {
  it("finds nothing where nothing was let out", () => {
    expect(capture.found()).toEqual([])
    expect(capture.planted()).toBeGreaterThan(8)
  })

  it.each(channels)("finds a secret that got out by: %s", async (channel) => {
    await leaks[channel](world.secrets.clientSecret)
    const found = capture.found()
    expect(found.map(({ secret }) => secret)).toContain("client secret")
    expect(found[0]?.where).toMatch(new RegExp(channel === "journal" ? "^journal" : channel))
    expect(capture.counts()[channel]).toBeGreaterThan(0)
  })

  it("finds it in every spelling", () => {
    const { clientSecret } = world.secrets
    const spellings = {
      base64: Buffer.from(`user:${clientSecret}`).toString("base64"),
      base64url: Buffer.from(`u:${clientSecret}`).toString("base64url"),
      hex: Buffer.from(clientSecret).toString("hex"),
      form: new URLSearchParams({ s: clientSecret }).toString(),
      path: encodeURIComponent(clientSecret),
      json: JSON.stringify({ s: clientSecret }),
      backwards: [...clientSecret].reverse().join(""),
    }
    for (const [name, text] of Object.entries(spellings)) {
      const before = capture.found().length
      capture.output(text)
      expect(capture.found().length, name).toBeGreaterThan(before)
    }
  })

  it("finds what a Holdfast itself lets out: an operation that throws its credential at whoever calls", async () => {
    const { browser, holdfast, secrets, time } = world
    const fields = { clientId: "acme-app", clientSecret: secrets.clientSecret, signingSecret: secrets.signingSecret }
    expect((await browser(admin).call("PUT", `${mount}/apps/acme`, { fields })).ok).toBe(true)
    const values = { key: secrets.apiKey }
    const begun = await browser().call("POST", `${mount}/attempts`, { connector: "acme", method: "api_key", values })
    const { connectionId } = (await begun.json()) as { connectionId: string }
    expect(capture.found()).toEqual([])
    const secret = await time.settle(holdfast.for(ada).connection(connectionId, "acme").unsafe.secret())
    capture.error(new Error("it broke", { cause: secret }))
    expect(capture.found()).toContainEqual({ where: "error", secret: "API key", as: "plain" })
  })

  it("finds bytes of a key in a file, whatever stands around them", () => {
    const key = Buffer.from("00ff10808a0d0a7f0001feedfacecafe", "hex")
    capture.plantBytes(key, "keyring key")
    writeFileSync(join(folder, "core.dump"), Buffer.concat([Buffer.alloc(99, 0xfe), key, Buffer.alloc(7)]))
    capture.files()
    expect(capture.found()).toContainEqual({ where: "file core.dump", secret: "keyring key", as: "plain" })
  })

  it("allows a cookie in its own header, and nowhere else", async () => {
    const cookie = "a-cookie-of-ada"
    const answer = (body: string) =>
      capture.send(async () => new Response(body, { headers: { "set-cookie": `id=${cookie}; Path=/` } }))
    await answer("fine")(new Request(mount))
    expect(capture.found()).toEqual([])
    await answer(`hello ${cookie}`)(new Request(mount))
    expect(capture.found()).toMatchObject([{ secret: "cookie", as: "plain" }])
  })
})
