import { HoldfastError } from "@holdfast/core"

const header = "x-api-version"

/** The versions that callers may name, newest first. All of them are answered alike. */
const versions: readonly string[] = ["2025-09", "2024-02", "2023-12"]

/**
 * Refuses a version that there is not. A caller that names none gets the newest.
 * @throws HoldfastError `input_invalid`
 */
export function checkVersion(request: Request): void {
  const version = request.headers.get(header)
  if (version === null || versions.includes(version)) return
  throw new HoldfastError("input_invalid", `${header} is one of ${versions.join(", ")}.`, {
    details: { fields: [header] },
  })
}
