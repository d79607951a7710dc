/** The part of a `PgBoss` that is used, which versions 10, 11 and 12 have in common. Start it before the engine, and stop it after. */
export interface Boss {
  getQueue(name: string): Promise<{ readonly policy?: string } | null>
  createQueue(name: string, options: QueueFacts): Promise<unknown>
  /** Answers null for a job that there is already. */
  send(name: string, data: object, options: SendFacts): Promise<string | null>
  /** Begins one worker, which takes one job at a time; answers its id. */
  work(
    name: string,
    options: { readonly pollingIntervalSeconds: number },
    handler: () => Promise<object>,
  ): Promise<string>
  /** Ends every worker of the queue in this instance. */
  offWork(name: string): Promise<unknown>
  /** Lets a worker look for a job now instead of at its next poll. */
  notifyWorker(id: string): void
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
