import type { ConnectionInfo, Diagnosis, Holdfast } from "@holdfast/core"
import { type AppFinding, examineApps } from "./examine-apps.js"

/** What to look at. */
export interface ExamineOptions {
  /** One connection alone, by its id. */
  readonly connection?: string
  /** Connections of this tenant alone, and the apps that it saved. */
  readonly tenant?: string
  /** Asks each connection's provider as well. */
  readonly live?: boolean
  /** Connections looked at, at most. Default 10 000. */
  readonly limit?: number
}

/** How everything is. Plain data: what `--json` prints. */
export interface Examination {
  /** Whether nothing needs anybody. */
  readonly ok: boolean
  readonly store: Answered
  readonly keys: Answered & {
    /** Whether everything sealed was opened: not where one connection or tenant was asked for, whose own are opened with it. */
    readonly looked: boolean
    /** Ids of keys that nothing needs any more. */
    readonly retired: readonly string[]
    readonly unreadable: number
  }
  readonly apps: readonly AppFinding[]
  readonly connections: {
    readonly looked: number
    /** More than `limit`: the rest was not looked at. */
    readonly cutOff: boolean
    /** Those with a diagnosis, worst first. */
    readonly unwell: readonly UnwellConnection[]
  }
}

/** Whether it answered, or the code and message of its error. */
interface Answered {
  readonly ok: boolean
  readonly code?: string
  readonly message?: string
}

export interface UnwellConnection {
  readonly id: string
  readonly connector: string
  readonly tenantId: string
  readonly userId: string | null
  readonly name: string
  readonly status: string
  readonly diagnoses: readonly Diagnosis[]
}

const perPage = 200
const atOnce = 8

/** Looks at the store, the keys, the apps and the connections. Nothing is sent to a provider unless `live`. */
export async function examine(holdfast: Holdfast, options: ExamineOptions = {}): Promise<Examination> {
  const store = await answered(() => holdfast.asSystem().list({ limit: 1 }))
  // Without the store nothing else can be looked at.
  if (!store.ok) return examination(store, { ok: true, ...unlooked }, [], nothing)
  const keys = await examineKeys(holdfast, options)
  const apps = await examineApps(holdfast, options.tenant)
  return examination(store, keys, apps, await examineConnections(holdfast, options))
}

const unlooked = { looked: false, retired: [], unreadable: 0 }
const nothing: Examination["connections"] = { looked: 0, cutOff: false, unwell: [] }

function examination(
  store: Examination["store"],
  keys: Examination["keys"],
  apps: Examination["apps"],
  connections: Examination["connections"],
): Examination {
  const isQuiet = connections.unwell.every(({ diagnoses }) => !diagnoses.some(needsSomebody))
  const ok = store.ok && keys.ok && apps.every(({ problem }) => problem === undefined) && isQuiet
  return { ok, store, keys, apps, connections }
}

/** Whether it does not mend itself. */
export function needsSomebody({ severity, actor }: Diagnosis): boolean {
  return severity !== "notice" && actor !== "provider"
}

async function examineKeys(holdfast: Holdfast, { connection, tenant }: ExamineOptions): Promise<Examination["keys"]> {
  if (connection !== undefined || tenant !== undefined) return { ok: true, ...unlooked }
  try {
    const { retired, unreadable } = await holdfast.verifyKeys()
    return { ok: unreadable === 0, looked: true, retired, unreadable }
  } catch (error) {
    return { ...told(error), ...unlooked }
  }
}

async function examineConnections(holdfast: Holdfast, options: ExamineOptions): Promise<Examination["connections"]> {
  const { live = false, limit = 10_000 } = options
  const unwell: UnwellConnection[] = []
  let looked = 0
  for await (const page of pages(holdfast, options)) {
    const room = limit - looked
    unwell.push(...(await examinePage(holdfast, page.slice(0, room), live)))
    looked += Math.min(page.length, room)
    if (page.length > room) return { looked, cutOff: true, unwell: unwell.sort(byWeight) }
  }
  return { looked, cutOff: false, unwell: unwell.sort(byWeight) }
}

async function* pages(
  holdfast: Holdfast,
  { connection, tenant }: ExamineOptions,
): AsyncGenerator<readonly ConnectionInfo[]> {
  const system = holdfast.asSystem()
  if (connection !== undefined) return yield [await system.connection(connection).info()]
  const filter = { limit: perPage, ...(tenant !== undefined && { tenantId: tenant }) }
  let page = await system.list(filter)
  while (page.length > 0) {
    yield page
    const after = page.at(-1)?.id
    if (page.length < perPage || after === undefined) return
    page = await system.list({ ...filter, after })
  }
}

async function examinePage(
  holdfast: Holdfast,
  page: readonly ConnectionInfo[],
  live: boolean,
): Promise<UnwellConnection[]> {
  const queue = page.values()
  const unwell: UnwellConnection[] = []
  const worker = async () => {
    for (const info of queue) {
      const { id, connector, tenantId, userId, name, status } = info
      const diagnoses = await diagnosesOf(holdfast, id, live)
      if (diagnoses.length > 0) unwell.push({ id, connector, tenantId, userId, name, status, diagnoses })
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, page.length) }, worker))
  return unwell
}

async function diagnosesOf(holdfast: Holdfast, id: string, live: boolean): Promise<readonly Diagnosis[]> {
  try {
    return await holdfast.asSystem().connection(id).diagnose({ live })
  } catch (error) {
    // Disconnected since it was listed.
    if ((error as { code?: unknown }).code === "not_found") return []
    throw error
  }
}

const weights = ["broken", "impaired", "notice"]

function byWeight(a: UnwellConnection, b: UnwellConnection): number {
  const weightOf = ({ diagnoses: [first] }: UnwellConnection) => weights.indexOf(first?.severity ?? "notice")
  return weightOf(a) - weightOf(b) || (a.id < b.id ? -1 : 1)
}

async function answered(ask: () => Promise<unknown>): Promise<Answered> {
  try {
    await ask()
    return { ok: true }
  } catch (error) {
    return told(error)
  }
}

function told(error: unknown): Answered {
  const { code, message } = error as { code?: unknown; message?: unknown }
  return { ok: false, code: typeof code === "string" ? code : "unexpected", message: String(message) }
}
