import type { FetchLike } from "./approve.js"
import type { EmulatedClient, EmulatedGrant } from "./authorization/model.js"
import { controlPrefix, type GrantSelection } from "./control.js"
import type { PlannedFault } from "./fault.js"
import type { Counters, LoggedRequest } from "./ledger.js"

/** A grant as another process sees it. */
export type ControlledGrant = Omit<EmulatedGrant, "account" | "parameters"> & { server: string; accountId: string }

/** The emulator of another process. Every method rejects with an `Error` when the order is refused. */
export interface EmulatorControl {
  /** Moves the emulator's clock on; answers its time. */
  advance(ms: number): Promise<number>
  counters(): Promise<Counters>
  log(): Promise<readonly LoggedRequest[]>
  grants(): Promise<readonly ControlledGrant[]>
  /** Plans a fault. */
  next(fault: PlannedFault): Promise<void>
  clearFaults(): Promise<void>
  /** Ends the life of access tokens (or refresh tokens); answers how many. */
  expire(selection?: GrantSelection & { tokens?: "access" | "refresh" }): Promise<number>
  /** A person takes grants away at the provider; answers how many. */
  revoke(selection?: GrantSelection): Promise<number>
  registerClient(client: EmulatedClient, server?: string): Promise<void>
  /** Runs a named action of the emulator. */
  act(name: string, input?: unknown): Promise<unknown>
  reset(): Promise<void>
}

/** Drives an emulator that listens in another process. `origin` is any of its loopback origins. */
export function emulatorControl(origin: string, send: FetchLike = fetch): EmulatorControl {
  const call = async (name: string, input?: unknown): Promise<unknown> => {
    const init =
      input === undefined
        ? {}
        : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(input) }
    const answer = await send(origin + controlPrefix + name, init)
    const body: unknown = await answer.json()
    if (!answer.ok) throw new Error(`${name}: ${(body as { message?: string }).message ?? answer.status}`)
    return body
  }
  return {
    advance: async (ms) => ((await call("advance", { ms })) as { now: number }).now,
    counters: async () => (await call("counters")) as Counters,
    log: async () => (await call("log")) as LoggedRequest[],
    grants: async () => (await call("grants")) as ControlledGrant[],
    next: async (fault) => void (await call("faults", fault)),
    clearFaults: async () => void (await call("faults/clear", {})),
    expire: async (selection = {}) => ((await call("expire", selection)) as { expired: number }).expired,
    revoke: async (selection = {}) => ((await call("revoke", selection)) as { revoked: number }).revoked,
    registerClient: async (client, server) => void (await call("client", { client, ...(server ? { server } : {}) })),
    act: (name, input = {}) => call(`actions/${name}`, input),
    reset: async () => void (await call("reset", {})),
  }
}
