/** Never the words of another's error, which may tell more than they should. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === "string" && /^\w{1,40}$/.test(code) ? code : "unexpected"
}
