import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { fileJournal } from "./journal.js"

let folder: string
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "holdfast-journal-")), "journal")
})
afterEach(() => rmSync(join(folder, ".."), { recursive: true }))

const entry = (id: string) => ({ id, connectionId: `conn_${id}`, keyId: "k1", sealed: "eyJ..a.b.c" })
const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)

describe("fileJournal (R9)", () => {
  it("is empty before anything was written, and makes no folder for looking", async () => {
    const journal = fileJournal(folder)
    expect(await journal.list()).toEqual([])
    await journal.remove("nothing")
    expect(() => statSync(folder)).toThrow()
  })

  it("gives back what was appended, also to another process that opens the folder later", async () => {
    const entries = ["lease_1", "lease_2", "../../etc/passwd", "ü/\0🔑"].map(entry)
    await Promise.all(entries.map((one) => fileJournal(folder).append(one)))
    expect((await fileJournal(folder).list()).sort(byId)).toEqual(entries.sort(byId))
    // Nothing is written anywhere else.
    expect(readdirSync(join(folder, ".."))).toEqual(["journal"])
  })

  it("removes an entry, and one that is not there, and leaves the others", async () => {
    const journal = fileJournal(folder)
    for (const id of ["a", "b"]) await journal.append(entry(id))
    for (let times = 0; times < 2; times++) await journal.remove("a")
    expect(await journal.list()).toEqual([entry("b")])
  })

  it("holds the newest entry of an id", async () => {
    const journal = fileJournal(folder)
    await journal.append(entry("a"))
    await journal.append({ ...entry("a"), sealed: "newer" })
    expect(await journal.list()).toEqual([{ ...entry("a"), sealed: "newer" }])
  })

  it("reads neither a half-written entry nor a foreign file, and deletes none", async () => {
    const journal = fileJournal(folder)
    await journal.append(entry("a"))
    for (const name of ["0.writing", "1.entry.json", "notes.txt"]) writeFileSync(join(folder, name), '{"id":"x","conn')
    writeFileSync(join(folder, "2.entry.json"), '{"id":7}')
    expect(await journal.list()).toEqual([entry("a")])
    expect(readdirSync(folder)).toHaveLength(5)
  })

  it.skipIf(process.platform === "win32")("is readable by its owner alone", async () => {
    await fileJournal(folder).append(entry("a"))
    expect(statSync(folder).mode & 0o077).toBe(0)
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o077).toBe(0)
  })

  it("is store_unavailable when the disk refuses, without the system's words", async () => {
    writeFileSync(folder, "a file where the folder should be")
    const journal = fileJournal(folder)
    for (const call of [() => journal.append(entry("a")), () => journal.list(), () => journal.remove("a")]) {
      const error = await call().catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: "store_unavailable", details: { reason: "journal" } })
      expect((error as Error).cause).toBeUndefined()
      expect(String(error)).not.toContain(folder)
    }
  })
})
