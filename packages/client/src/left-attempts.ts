/** An attempt that is under way. Its id is no secret: it is worth nothing without the person's cookies. */
export interface LeftAttempt {
  readonly id: string
  /** Whether a window has it, or this page itself has gone. */
  readonly in: "window" | "page"
}

/** Attempts of this tab, kept over reloads and ways to the provider and back. */
export interface LeftAttempts {
  /** The newest one that nobody here follows. */
  find(id?: string): LeftAttempt | undefined
  /** Keeps it, and takes it as followed. */
  keep(attempt: LeftAttempt): void
  forget(id: string): void
  /** No longer followed, but kept. */
  leave(id: string): void
}

/** In the tab's session storage, by mount; where there is none, for as long as the page lives. */
export function leftAttempts(url: string): LeftAttempts {
  const key = `holdfast:${url}`
  const followed = new Set<string>()
  let memory: readonly LeftAttempt[] = []

  function read(): readonly LeftAttempt[] {
    try {
      return JSON.parse(sessionStorage.getItem(key) ?? "[]") as LeftAttempt[]
    } catch {
      return memory
    }
  }
  function write(attempts: readonly LeftAttempt[]): void {
    memory = attempts
    try {
      if (attempts.length === 0) sessionStorage.removeItem(key)
      else sessionStorage.setItem(key, JSON.stringify(attempts))
    } catch {
      // Storage may be switched off, and a reload then forgets.
    }
  }

  return {
    find: (id) => read().findLast((one) => !followed.has(one.id) && (id === undefined || one.id === id)),
    keep(attempt) {
      followed.add(attempt.id)
      write([...read().filter(({ id }) => id !== attempt.id), attempt].slice(-10))
    },
    forget(id) {
      followed.delete(id)
      write(read().filter((one) => one.id !== id))
    },
    leave: (id) => void followed.delete(id),
  }
}
