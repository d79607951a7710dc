import { HoldfastError } from "@holdfast/core"
import type { Boss } from "./boss.js"

const tries = 20

/**
 * Makes the queue if there is none. Postgres ends all but one of several `createQueue` that run at once as a deadlock, also those of other queues, and processes
 * like to start together: so each looks first, and tries again.
 * @throws HoldfastError `config_invalid` when there is one of another policy
 */
export async function ensureQueue(boss: Boss, queue: string): Promise<void> {
  for (let tried = 1; ; tried++) {
    const there = await boss.getQueue(queue)
    if (there && there.policy !== "short") {
      const message = `The queue "${queue}" was made for something else: its policy is not "short". Name another with \`queue\`.`
      throw new HoldfastError("config_invalid", message)
    }
    if (there) return
    try {
      await boss.createQueue(queue, { name: queue, policy: "short" })
      return
    } catch (error) {
      if (tried === tries) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 200))
  }
}
