import type { Connector } from "../connector.js"
import type { App } from "../context.js"
import type { ContextFactory } from "../context-factory.js"
import type { Engine } from "../engine/engine.js"
import type { AuthMethod } from "../method.js"
import type { AttemptRecord, AttemptRecords } from "./attempt-record.js"
import type { FinishDependencies } from "./finishing.js"
import type { HeldGrants } from "./held-grants.js"

export interface AdvanceDependencies extends FinishDependencies {
  readonly engine: Engine
  readonly records: AttemptRecords
  readonly held: HeldGrants
  readonly contexts: ContextFactory
  readonly methodOfAttempt: (record: AttemptRecord) => { readonly connector: Connector; readonly method: AuthMethod }
  readonly appsOfAttempt: (record: AttemptRecord) => Promise<readonly App[]>
  /** After a connection was made or made again. */
  readonly connected: (connectionId: string) => void
}
