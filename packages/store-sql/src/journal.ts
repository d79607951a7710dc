import { createHash, randomUUID } from "node:crypto"
import { mkdir, open, readdir, readFile, rename, unlink } from "node:fs/promises"
import { join } from "node:path"
import { HoldfastError, type Journal, type JournalEntry } from "@holdfast/core"

/**
 * A journal in a folder of this host: one small file an entry, each flushed to the disk before it is acknowledged. Any number of
 * processes may share the folder. Worth having where the store is on another machine; keep the folder on a disk that survives a restart.
 * @param folder made when it is missing, readable by its owner alone
 * @throws HoldfastError `store_unavailable` from each method when the disk refuses
 */
export function fileJournal(folder: string): Journal {
  return Object.freeze({
    append: (entry) => translated(() => append(folder, entry)),
    list: () => translated(() => list(folder)),
    remove: (id) => translated(() => remove(folder, id)),
  } satisfies Journal)
}

const suffix = ".entry.json"

async function append(folder: string, entry: JournalEntry): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const written = join(folder, `${randomUUID()}.writing`)
  try {
    const file = await open(written, "wx", 0o600)
    try {
      await file.writeFile(JSON.stringify(entry))
      await file.sync()
    } finally {
      await file.close()
    }
    // Under its name only when it is whole, so that nobody reads half an entry.
    await rename(written, join(folder, nameOf(entry.id)))
  } catch (error) {
    await unlink(written).catch(() => {})
    throw error
  }
  await syncFolder(folder)
}

async function list(folder: string): Promise<JournalEntry[]> {
  const names = await unlessMissing(readdir(folder))
  const entries: JournalEntry[] = []
  for (const name of (names ?? []).filter((one) => one.endsWith(suffix)).sort()) {
    const text = await unlessMissing(readFile(join(folder, name), "utf8"))
    const entry = text === undefined ? undefined : parse(text)
    if (entry) entries.push(entry)
  }
  return entries
}

async function remove(folder: string, id: string): Promise<void> {
  await unlessMissing(unlink(join(folder, nameOf(id))))
}

// Ids come from elsewhere, and a file's name must not lead out of the folder.
function nameOf(id: string): string {
  return `${createHash("sha256").update(id).digest("hex")}${suffix}`
}

/** Undefined for what is no entry: it is left where it is, for a person to look at. */
function parse(text: string): JournalEntry | undefined {
  try {
    const { id, connectionId, keyId, sealed } = JSON.parse(text) as Partial<Record<keyof JournalEntry, unknown>>
    const isEntry = [id, connectionId, keyId, sealed].every((member) => typeof member === "string")
    return isEntry ? ({ id, connectionId, keyId, sealed } as JournalEntry) : undefined
  } catch {
    return undefined
  }
}

/** Makes a new name in the folder outlive a crash of the machine, where the system can. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined)
  // Windows opens no folders, and orders its metadata by itself.
  if (!handle) return
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function unlessMissing<Value>(result: Promise<Value>): Promise<Value | undefined> {
  try {
    return await result
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined
    throw error
  }
}

async function translated<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    const code = codeOf(error)
    const message = `The journal's folder cannot be used${code ? ` (${code})` : ""}. Check that it may be written to.`
    throw new HoldfastError("store_unavailable", message, { details: { reason: "journal" } })
  }
}

function codeOf(error: unknown): string | undefined {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined
  return typeof code === "string" ? code : undefined
}
