/** Jobs taken from a queue and worked on, so many at once. */
export interface JobLoop {
  /** There may be a job: does not wait for the next poll. */
  poke(): void
  /** Takes no more; settles when those under way have ended. */
  stop(): Promise<void>
}

export interface JobLoopOptions {
  readonly concurrency: number
  readonly pollMs: number
  /** Up to so many jobs. Never rejects. */
  take(count: number): Promise<readonly string[]>
  /** Never rejects. */
  work(id: string): Promise<void>
}

export function startJobLoop({ concurrency, pollMs, take, work }: JobLoopOptions): JobLoop {
  const underWay = new Set<Promise<void>>()
  let isStopped = false
  let poked = false
  let wake = () => {}

  function poke(): void {
    poked = true
    wake()
  }

  async function loop(): Promise<void> {
    while (!isStopped) {
      poked = false
      const free = concurrency - underWay.size
      const ids = free > 0 ? await take(free) : []
      for (const id of ids) {
        const job = work(id).finally(() => {
          underWay.delete(job)
          poke()
        })
        underWay.add(job)
      }
      if (ids.length === 0 && !poked) await nap()
    }
    await Promise.all(underWay)
  }

  function nap(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, pollMs)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  const looping = loop()
  return {
    poke,
    stop() {
      isStopped = true
      poke()
      return looping
    },
  }
}
