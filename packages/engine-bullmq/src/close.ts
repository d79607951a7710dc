import type { Queue, Worker } from "bullmq"

const answerMs = 1_000
const closeMs = 5_000

/**
 * Closes both when the ticks under way have ended. BullMQ by itself waits for a Redis that is away however long that takes, and a process that is to end cannot:
 * then what was under way is left as it is, and Redis gives it to another worker later.
 */
export async function close(worker: Worker, queue: Queue, underWay: ReadonlySet<Promise<unknown>>): Promise<void> {
  const asked = queue.count().then(
    () => true,
    () => false,
  )
  const answers = await Promise.race([asked, after(answerMs, false)])
  const closed = worker.close(!answers).then(() => queue.close())
  await Promise.allSettled(underWay)
  await Promise.race([closed, after(closeMs, undefined)])
}

/** The value, after a while that keeps no process alive. */
function after<Value>(ms: number, value: Value): Promise<Value> {
  return new Promise((resolve) => setTimeout(resolve, ms, value).unref())
}
