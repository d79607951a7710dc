import type { Account } from "../account.js"
import type { Connector } from "../connector.js"
import type { App } from "../context.js"
import type { Engine } from "../engine/engine.js"
import type { AuthMethod, Grant } from "../method.js"
import type { AttemptRecord } from "./attempt-record.js"

export interface FinishDependencies {
  readonly engine: Engine
  /** Asks the provider who is there, with what it granted just now. */
  identify(finishing: Finishing): Promise<Account>
  /** Ends at the provider what was granted to somebody who could not be found out. */
  unclaimed(finishing: Finishing): Promise<void>
}

export interface Finishing {
  readonly record: AttemptRecord
  readonly connector: Connector
  readonly method: AuthMethod
  readonly app: App | undefined
  readonly grant: Grant
  /** For a reconnect, and for what is taken on after a crash. */
  readonly overlap?: Overlap | undefined
}

/** What tells a reconnect whether another one came between its question and its commit. */
export interface Overlap {
  /** The attempt that the connection stood on when this one asked. */
  readonly before: string
  /** Nobody has taken the lease over since, so that whatever stands there instead was consented to later. */
  readonly isLater: boolean
}
