/** What a test did that no test may do; read and emptied after each test. */
const key = Symbol.for("holdfast.test.violations")
const shared = globalThis as { [key]?: string[] }

/** Note a violation, so the test fails even where the code under test swallows the refusal. */
export function noteViolation(what: string): void {
  shared[key] ??= []
  shared[key].push(what)
}

/** The violations since the last call. A test that provokes one on purpose takes it here. */
export function takeViolations(): string[] {
  const seen = shared[key] ?? []
  shared[key] = []
  return seen
}

/** Whether a host is this machine: the only one a test may talk to. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, "").toLowerCase()
  return (
    bare === "localhost" || bare.endsWith(".localhost") || bare === "::1" || /^(::ffff:)?127(\.\d{1,3}){3}$/.test(bare)
  )
}
