/** Lets time pass. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** A rest that can be cut short. */
export interface Bell {
  ring(): void
  /** Ends when the time is up, or at the bell; at once if it rang since the last rest. */
  rest(ms: number): Promise<void>
}

/** A bell for one sleeper. */
export function createBell(): Bell {
  let rung = false
  let wake = () => {}
  return {
    ring() {
      rung = true
      wake()
    },
    async rest(ms) {
      if (!rung)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      rung = false
    },
  }
}
