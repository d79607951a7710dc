import { describe, expect, it } from "vitest"
import { keyring } from "../keyring.js"
import { ada, bench } from "../life/bench.js"

const [k1, k2] = [`k1:${"A".repeat(43)}`, `k2:${"B".repeat(42)}A`]
const bob = { tenantId: "t1", userId: "bob" }
const tenant = { tenantId: "t1" }
const admin = { tenantId: "t1", userId: "root", admin: true }
const elsewhere = { tenantId: "t2", userId: "ada" }

describe("an API key (X9)", () => {
  it("speaks for who made it, never as an admin, and is shown once", async () => {
    const { holdfast, time } = bench()
    const { access } = holdfast
    const { key, ...info } = await access.createKey(admin, { name: " Nightly job ", scopes: ["read", "run", "read"] })
    expect(key).toMatch(/^hfk_[\w-]{67}$/)
    expect(info).toEqual({
      id: expect.stringMatching(/^key_[\w-]{43}$/),
      name: "Nightly job",
      prefix: key.slice(0, 12),
      scopes: ["read", "run"],
      tenantId: "t1",
      userId: "root",
      createdAt: time.clock.now(),
    })
    expect(await access.readKey(key, "run")).toEqual({ id: info.id, owner: { tenantId: "t1", userId: "root" } })
    expect(await access.listKeys(admin)).toEqual([info])
    expect(access.kindOf(key)).toBe("key")
  })

  it("is not in the store, and cannot be made by who writes there (X14)", async () => {
    const { holdfast, store, make } = bench()
    const { key } = await holdfast.access.createKey(ada, { name: "canary-name" })
    const documents = await store.documents.list("", undefined, 100)
    const [document] = documents.filter((one) => one.key.startsWith("api-key:"))
    expect(JSON.stringify(documents)).not.toContain(key.slice(4))
    expect(JSON.stringify(documents)).not.toContain(key.slice(-43))
    expect(JSON.stringify(documents)).not.toContain("canary")
    // The same sealed text under the name of another key.
    const other = await holdfast.access.createKey(bob, { name: "b" })
    await holdfast.access.revokeKey(bob, other.id)
    const name = `${document?.key.slice(0, -43)}${other.id.slice(4)}`
    await store.documents.put({ key: name, value: document?.value ?? "", expiresAt: null }, 0)
    await expect(holdfast.access.readKey(other.key, "connect")).rejects.toMatchObject({ code: "credential_unreadable" })
    await expect(make({ keys: keyring(k2) }).access.readKey(key, "connect")).rejects.toMatchObject({
      code: "credential_unreadable",
    })
  })

  it("does what its scopes say; unless told, it connects", async () => {
    const { access } = bench().holdfast
    const { key } = await access.createKey(ada, { name: "a" })
    await expect(access.readKey(key, "connect")).resolves.toMatchObject({ owner: ada })
    for (const scope of ["read", "run"] as const)
      await expect(access.readKey(key, scope)).rejects.toMatchObject({ code: "forbidden" })
  })

  it("is nothing when a letter of it is another, wherever it stands", async () => {
    const { access } = bench().holdfast
    const { key } = await access.createKey(ada, { name: "a" })
    const altered = [0, 5, 15, 40, 70].map((at) => key.slice(0, at) + (key[at] === "x" ? "y" : "x") + key.slice(at + 1))
    for (const wrong of [...altered, `${key}x`, key.slice(0, -1), "hfk_", "", "x".repeat(10_000)])
      await expect(access.readKey(wrong, "connect")).rejects.toMatchObject({ code: "unauthenticated" })
  })

  it("is listed, newest first, and revoked by its user or by who speaks for the tenant; for others it is not there", async () => {
    const { holdfast, time } = bench()
    const { access } = holdfast
    const made: { id: string; key: string }[] = []
    for (const [owner, name] of [
      [ada, "first"],
      [ada, "second"],
      [bob, "third"],
      [tenant, "fourth"],
      [elsewhere, "fifth"],
    ] as const) {
      made.push(await access.createKey(owner, { name }))
      time.advance(1_000)
    }
    const names = async (owner: Parameters<typeof access.listKeys>[0]) =>
      (await access.listKeys(owner)).map(({ name }) => name)
    expect(await names(ada)).toEqual(["second", "first"])
    expect(await names(tenant)).toEqual(["fourth", "third", "second", "first"])
    expect(await names(admin)).toEqual(await names(tenant))
    expect(await names(elsewhere)).toEqual(["fifth"])
    const [first, second] = made.map(({ id }) => id) as [string, string]
    for (const [owner, id] of [
      [bob, first],
      [elsewhere, first],
      [ada, "key_none"],
      [ada, ""],
    ] as const)
      await expect(access.revokeKey(owner, id)).rejects.toMatchObject({ code: "not_found" })
    await access.revokeKey(ada, first)
    await access.revokeKey(admin, second)
    for (const { key } of made.slice(0, 2))
      await expect(access.readKey(key, "connect")).rejects.toMatchObject({ code: "unauthenticated" })
    await expect(access.revokeKey(ada, first)).rejects.toMatchObject({ code: "not_found" })
    expect(await names(ada)).toEqual([])
    expect(await names(bob)).toEqual(["third"])
  })

  it("goes on when the keys of the ring are rotated", async () => {
    const { make } = bench()
    const { key } = await make({ keys: keyring(k1) }).access.createKey(ada, { name: "a" })
    const promoted = make({ keys: keyring(`${k2},${k1}`) })
    expect(await promoted.rotateKeys()).toMatchObject({ documents: 1, unreadable: 0, left: 0 })
    const rotated = make({ keys: keyring(k2) })
    await expect(rotated.access.readKey(key, "connect")).resolves.toMatchObject({ owner: ada })
    expect(await rotated.access.listKeys(ada)).toHaveLength(1)
  })

  it("is not made without a name, without scopes, or for nobody", async () => {
    const { access } = bench().holdfast
    for (const options of [
      { name: " " },
      { name: "x".repeat(101) },
      { name: "a", scopes: [] },
      { name: "a", scopes: ["admin"] as never },
    ])
      await expect(access.createKey(ada, options)).rejects.toMatchObject({ code: "input_invalid" })
    await expect(access.createKey({ tenantId: "" }, { name: "a" })).rejects.toMatchObject({ code: "config_invalid" })
  })
})
