import { createRequire } from "node:module"
import { listen } from "@holdfast/emulator/node"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { createWordpressEmulator } from "./emulator.js"

// WordPress's own client for Node against the stand-in: what it cannot find or read, the stand-in has wrong. It has no types.

interface Collection {
  perPage(count: number): Collection
  page(number: number): Collection
  status(status: string): Collection
  id(id: number): Collection
  create(fields: object): Promise<{ id: number; status: string; title: { rendered: string } }>
  get(): Promise<
    { id: number; title: { rendered: string } }[] & { _paging?: { total: number; totalPages: number; next?: unknown } }
  >
}

interface Client {
  auth(credentials: { username: string; password: string }): Client
  posts(): Collection
  comments(): Collection
  users(): { me(): { context(name: string): { get(): Promise<{ id: number; email?: string }> } } }
}

interface ClientClass {
  new (options: { endpoint: string; username?: string; password?: string; auth?: boolean }): Client
  discover(address: string): Promise<Client>
}

const WPAPI = createRequire(import.meta.url)("wpapi") as ClientClass

const port = 41_899
const site = `http://127.0.0.1:${port}`
const emulator = createWordpressEmulator({ site, environment: "local" })
let close = async () => {}

beforeAll(async () => {
  close = (await listen(emulator, { port })).close
})
afterAll(() => close())

function client(username = "second.editor"): Client {
  const password = emulator.provider.createPassword(username)
  return new WPAPI({ endpoint: `${site}/wp-json`, username, password, auth: true })
}

describe("wpapi", () => {
  it("discovers the API by the site's header", async () => {
    const found = await WPAPI.discover(site)
    const posts = await found.posts().get()
    expect(posts.map(({ title }) => title.rendered)).toEqual(["Third post", "Second post", "Hello world!"])
  })

  it("is let in with an application password, and knows who it is", async () => {
    const me = await client().users().me().context("edit").get()
    expect(me).toMatchObject({ id: 2, email: "editor@blog.example.com" })
  })

  it("pages, writes, and reads comments", async () => {
    const wp = client()
    const first = await wp.posts().perPage(2).get()
    expect(first._paging).toMatchObject({ total: 3, totalPages: 2 })
    expect(first._paging?.next).toBeDefined()
    expect(await wp.posts().perPage(2).page(2).get()).toHaveLength(1)
    const written = await wp.posts().create({ title: "By the client", content: "…", status: "draft" })
    expect(written).toMatchObject({ status: "draft", title: { rendered: "By the client" } })
    expect(await wp.comments().get()).toHaveLength(2)
  })

  it("is refused as WordPress refuses", async () => {
    const wrong = new WPAPI({ endpoint: `${site}/wp-json`, username: "second.editor", password: "wrong", auth: true })
    await expect(wrong.posts().get()).rejects.toMatchObject({ code: "incorrect_password", data: { status: 401 } })
    await expect(client("reader").posts().create({ title: "No" })).rejects.toMatchObject({
      code: "rest_cannot_create",
      data: { status: 403 },
    })
    await expect(client().posts().id(404).get()).rejects.toMatchObject({ code: "rest_post_invalid_id" })
  })
})
