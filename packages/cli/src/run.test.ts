import { fileURLToPath } from "node:url"
import { type ConnectionRow, memoryStore } from "@holdfast/core"
import { beforeAll, describe, expect, it } from "vitest"
import { application, connect, store } from "./application.fixture.js"
import { run } from "./run.js"

const directory = fileURLToPath(new URL(".", import.meta.url))

async function holdfast(...args: string[]) {
  const outs: string[] = []
  const errors: string[] = []
  const code = await run(args, {
    out: (text) => void outs.push(text),
    error: (text) => void errors.push(text),
    env: {},
    directory,
    isTerminal: args.includes("rotate-keys"),
  })
  const said = { out: outs.join(""), error: errors.join("") }
  for (const text of Object.values(said)) expect(text).not.toContain("canary")
  return { code, ...said }
}

const config = ["--config", "application.fixture.ts"]
let well = ""
let unwell = ""

beforeAll(async () => {
  well = await connect("canary-of-the-first-key", "t1")
  unwell = await connect("canary-of-the-second-key", "t2")
  const row = (await store.connections.get(unwell)) as ConnectionRow
  const main = row.detail.slots.main
  if (!main) throw new Error("no slot")
  const slot = { ...main, status: "needs_reauth", reason: "key_refused" } as const
  await store.connections.update({ ...row, status: "needs_reauth", detail: { ...row.detail, slots: { main: slot } } })
})

describe("holdfast doctor", () => {
  it("says how store, keys, apps and connections are, and ends with 1 where something needs somebody", async () => {
    const { code, out, error } = await holdfast("doctor", ...config)
    expect(error).toBe("")
    expect(code).toBe(1)
    expect(out).toContain("store        answers\n")
    expect(out).toContain("keys         open everything\n")
    expect(out).toContain("acme: environment, acme-app\n")
    expect(out).toContain("redirect URI to register: https://app.example/integrations/oauth/callback/acme\n")
    expect(out).toContain("connections  2 looked at, 1 need somebody\n")
    expect(out).toContain(`  ${unwell}  acme  needs_reauth  Account`)
    expect(out).toContain("broken: key_refused, for the person")
    expect(out).toContain(`/connect/acme?reconnect=${unwell}`)
    expect(out).not.toContain(well)
    // The account's label has a terminal's control code in it.
    expect(out).not.toContain("\u001b")
  })

  it("looks at one connection, or one tenant", async () => {
    expect(await holdfast("doctor", ...config, "--connection", well)).toMatchObject({ code: 0 })
    expect((await holdfast("doctor", ...config, "--connection", unwell)).code).toBe(1)
    const { code, out } = await holdfast("doctor", ...config, "--tenant", "t1")
    expect(code).toBe(0)
    expect(out).toContain("connections  1 looked at, 0 need somebody")
    expect(out).not.toContain("keys  ")
    const missing = await holdfast("doctor", ...config, "--connection", "conn_none")
    expect(missing).toMatchObject({ code: 1, out: "" })
    expect(missing.error).toMatch(/nothing here under this name/)
  })

  it("asks the providers where it is told to", async () => {
    expect((await holdfast("doctor", ...config, "--connection", well, "--live")).code).toBe(0)
  })

  it("gives the same as data", async () => {
    const { code, out } = await holdfast("doctor", ...config, "--json", "--limit", "1")
    expect(JSON.parse(out)).toMatchObject({
      ok: code === 0,
      store: { ok: true },
      keys: { ok: true, looked: true, unreadable: 0, retired: [] },
      apps: [{ connector: "acme", source: "environment", missing: [], setupUrl: "https://acme.example/apps" }],
      connections: { looked: 1, cutOff: true },
    })
  })
})

describe("holdfast rotate-keys and verify-keys", () => {
  it("seal anew and look, each with a line of how far it is", async () => {
    const seen = await holdfast("verify-keys", ...config)
    expect(seen.code).toBe(0)
    expect(seen.out).toMatch(/^k1: needed by 2 connections, \d+ documents, 0 journal entries, and seals\n$/)
    const turned = await holdfast("rotate-keys", ...config, "--batch", "1", "--per-second", "100000")
    expect(turned).toMatchObject({ code: 0 })
    expect(turned.out).toContain("Under k1 now: 0 connections")
    expect(turned.error).toMatch(/\n$/)
  })

  it("name what does not open, and end with 1", async () => {
    const lost = await holdfast("verify-keys", "--config", "application-without-key.fixture.ts")
    expect(lost.code).toBe(1)
    expect(lost.out).toContain(`connection ${well} (main, key k1, key_missing)`)
    expect((await holdfast("rotate-keys", "--config", "application-without-key.fixture.ts")).code).toBe(1)
    const { code, out } = await holdfast("doctor", "--config", "application-without-key.fixture.ts")
    expect(code).toBe(1)
    expect(out).toMatch(/keys {9}\d+ sealed values do not open; holdfast verify-keys names them/)
    expect(out).toContain("broken: credential_unreadable, for the developer")
  })
})

describe("holdfast api-key (X9)", () => {
  it("prints a new key once and alone, lists what there is, and ends one", async () => {
    const owner = ["--tenant", "t1", "--user", "ada"]
    const named = ["--name", "Nightly\u001b[31m job", "--scopes", "connect, read"]
    const made = await holdfast("api-key", "create", ...config, ...owner, ...named)
    expect(made).toMatchObject({ code: 0, out: expect.stringMatching(/^hfk_[\w-]{67}\n$/) })
    expect(made.error).toMatch(
      /^key_\S+ {2}hfk_\S{8}… {2}Nightly\ufffd\[31m job {2}connect,read {2}for ada of t1, \d{4}-/,
    )
    const key = made.out.trim()
    const id = made.error.split(" ")[0] ?? ""
    const { access } = application()
    expect(await access.readKey(key, "read")).toEqual({ id, owner: { tenantId: "t1", userId: "ada" } })

    await holdfast("api-key", "create", ...config, "--tenant", "t1", "--name", "the tenant's")
    const listed = await holdfast("api-key", "list", ...config, "--tenant", "t1")
    expect(listed.out.split("\n")).toHaveLength(3)
    expect(listed.out).toContain(made.error.split("\n")[0])
    expect(listed.out).not.toContain(key)
    expect((await holdfast("api-key", "list", ...config, ...owner)).out.split("\n")).toHaveLength(2)
    expect((await holdfast("api-key", "list", ...config, "--tenant", "t2")).out).toBe("No keys.\n")

    const elsewhere = await holdfast("api-key", "revoke", id, ...config, "--tenant", "t2")
    expect(elsewhere).toMatchObject({ code: 1, out: "", error: "There is no such key of this owner.\n" })
    expect(await holdfast("api-key", "revoke", id, ...config, "--tenant", "t1")).toEqual({
      code: 0,
      out: `${id} is revoked.\n`,
      error: "",
    })
    await expect(access.readKey(key, "read")).rejects.toMatchObject({ code: "unauthenticated" })
    expect((await holdfast("api-key", "revoke", id, ...config, "--tenant", "t1")).code).toBe(1)
  })
})

describe("a command that cannot be done", () => {
  it.each([
    [["doctor"], 1, "It needs --config"],
    [["doctor", "--config", "nowhere.js"], 1, "There is no nowhere.js."],
    [["doctor", "--config", "run.ts"], 1, "run.ts must export the Holdfast"],
    [["doctor", ...config, "--limit", "none"], 1, "--limit takes a whole number from 1 on."],
    [["rotate-keys", ...config, "--batch", "0"], 1, "--batch takes a whole number"],
    [["doctor", "--what"], 2, "--what"],
    [["api-key"], 1, "api-key is followed by create, list, revoke."],
    [["api-key", "toString", ...config], 1, "api-key is followed by"],
    [["api-key", "list", ...config], 1, "api-key needs --tenant."],
    [["api-key", "create", ...config, "--tenant", "t1"], 1, "api-key create needs --name"],
    [
      ["api-key", "create", ...config, "--tenant", "t1", "--name", "a", "--scopes", "admin"],
      1,
      "scopes that there are",
    ],
    [["api-key", "revoke", ...config, "--tenant", "t1"], 1, "api-key revoke needs the id"],
    [["migrate"], 1, "migrate needs --url"],
    [["nothing"], 2, "Usage: holdfast"],
    [["toString"], 2, "Usage: holdfast"],
    [[], 0, "Usage: holdfast"],
    [["help"], 0, "Usage: holdfast"],
  ])("%j ends with %i and says why", async (args, code, why) => {
    const ended = await holdfast(...args)
    expect(ended).toMatchObject({ code, out: "" })
    expect(ended.error).toContain(why)
  })

  it("says that the store does not answer, and looks no further", async () => {
    const { examine } = await import("./doctor/examine.js")
    const { application } = await import("./application.fixture.js")
    const broken = memoryStore()
    const list = async (): Promise<never> => {
      throw new Error("canary in a driver's words")
    }
    const down = application({ store: { ...broken, connections: { ...broken.connections, list } } })
    expect(await examine(down)).toMatchObject({
      ok: false,
      store: { ok: false, code: "store_unavailable", message: expect.not.stringContaining("canary") },
      apps: [],
    })
  })
})

it("makes a key, and prints the SQL of a schema", async () => {
  expect((await holdfast("keygen")).out).toMatch(/^k\d{8}_\w+:/)
  expect((await holdfast("migrate", "--url", "postgres://127.0.0.1/x", "--print")).out).toContain("create table")
})
