import { HoldfastError } from "../errors.js"

/**
 * Checks where a browser may be sent at the end: a path on the origin of the mount, or an exact entry of the list (ruling X11).
 * @throws HoldfastError `input_invalid`
 */
export function checkReturnTo(
  returnTo: string | undefined,
  url: string,
  returnUrls: readonly string[],
): string | undefined {
  if (returnTo === undefined || returnUrls.includes(returnTo)) return returnTo
  // "//host" and "/\host" leave the origin in browsers; control characters are dropped by them before they look.
  const isPath = /^\/(?![/\\])[^\\\p{Cc}]*$/u.test(returnTo)
  if (isPath && new URL(returnTo, url).origin === new URL(url).origin) return returnTo
  throw new HoldfastError(
    "input_invalid",
    "returnTo must be a path on the origin of `url`, or an entry of `returnUrls`.",
    { details: { fields: ["returnTo"] } },
  )
}
