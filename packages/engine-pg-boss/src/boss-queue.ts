import type { Boss } from "./boss.js"
import { codeOf } from "./code-of.js"

const answerMs = 5_000

/** One queue of a pg-boss. No call rejects, or takes longer than five seconds: what the database did not do in time is worth a warning. */
export interface BossQueue {
  /** Adds jobs, but for those of the same key that wait already, and those whose slot of so many seconds had one. */
  add(keys: readonly string[], slotSeconds?: number): Promise<void>
  /** Up to so many jobs that wait, by their ids; they are this process's. */
  take(count: number): Promise<readonly string[]>
  /** Notes that a job has ended, and how. One that cannot be noted ends by itself, when pg-boss holds it to have expired. */
  end(id: string, how: "complete" | "fail", output: object): Promise<void>
}

export function bossQueue(boss: Boss, name: string, warn: (message: string, code: string) => void): BossQueue {
  async function quietly<Value>(what: string, call: () => Promise<Value>): Promise<Value | undefined> {
    try {
      return await Promise.race([call(), tooLate()])
    } catch (error) {
      warn(`pg-boss could not ${what}`, codeOf(error))
      return undefined
    }
  }

  return {
    async add(keys, slotSeconds) {
      const slot = slotSeconds === undefined ? {} : { singletonSeconds: slotSeconds }
      const send = (singletonKey: string) => boss.send(name, {}, { singletonKey, ...slot, retryLimit: 0 })
      await quietly("add a job", () => Promise.all(keys.map(send)))
    },
    async take(count) {
      const jobs = await quietly("be asked for a job", () => boss.fetch(name, { batchSize: count }))
      return jobs?.map(({ id }) => id) ?? []
    },
    async end(id, how, output) {
      await quietly("note the end of a job", () => boss[how](name, id, output))
    },
  }
}

function tooLate(): Promise<never> {
  const late = Object.assign(new Error("The database did not answer in time."), { code: "ETIMEDOUT" })
  return new Promise((_, reject) => setTimeout(reject, answerMs, late).unref())
}
