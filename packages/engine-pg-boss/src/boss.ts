/** The part of a `PgBoss` that is used, which versions 10, 11 and 12 have in common. Start it before the engine, and stop it after. */
export interface Boss {
  getQueue(name: string): Promise<{ readonly policy?: string } | null>
  createQueue(name: string, options: QueueFacts): Promise<unknown>
  /** Answers null for a job that there is already. */
  send(name: string, data: object, options: SendFacts): Promise<string | null>
  fetch(name: string, options: { readonly batchSize: number }): Promise<readonly { readonly id: string }[]>
  complete(name: string, id: string, output: object): Promise<unknown>
  fail(name: string, id: string, output: object): Promise<unknown>
}

interface QueueFacts {
  readonly name: string
  /** Of several jobs with one `singletonKey`, one waits at a time. */
  readonly policy: "short"
}

interface SendFacts {
  readonly singletonKey: string
  /** One job in each of the slots that so many seconds make, by the clock of the database. */
  readonly singletonSeconds?: number
  readonly retryLimit: number
}
