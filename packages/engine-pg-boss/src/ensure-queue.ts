import { HoldfastError, isHoldfastError } from "@holdfast/core"
import type { Boss } from "./boss.js"
import { codeOf } from "./code-of.js"

const tries = 20

/**
 * Makes the queue if there is none. Postgres ends all but one of several `createQueue` that run at once as a deadlock, also those of other queues, and processes
 * like to start together: so each looks first, and tries again.
 * @throws HoldfastError `store_unavailable`; `config_invalid` when there is one of another policy
 */
export async function ensureQueue(boss: Boss, queue: string): Promise<void> {
  for (let tried = 1; ; tried++) {
    try {
      const there = await boss.getQueue(queue)
      if (there) return refuseOther(queue, there.policy)
      await boss.createQueue(queue, { name: queue, policy: "short" })
      return
    } catch (error) {
      if (isHoldfastError(error)) throw error
      const details = { reason: codeOf(error) }
      if (tried === tries)
        throw new HoldfastError("store_unavailable", "pg-boss could not be used: is it started?", { details })
    }
    await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 200))
  }
}

function refuseOther(queue: string, policy: string | undefined): void {
  if (policy === "short") return
  const message = `The queue "${queue}" was made for something else: its policy is not "short". Name another with \`queue\`.`
  throw new HoldfastError("config_invalid", message)
}
