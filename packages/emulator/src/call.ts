import type { Call } from "./contract.js"
import type { Fault } from "./fault.js"
import type { LogNote } from "./ledger.js"

/** Wraps a request so that its body can be read by faults, routes and authorization servers alike. */
export function createCall(
  request: Request,
  url: URL,
  params: Record<string, string>,
  note: (note: LogNote) => void,
): Call & { fault: Fault | undefined } {
  let body: Promise<Uint8Array> | undefined
  const bytes = () => (body ??= request.arrayBuffer().then((buffer) => new Uint8Array(buffer)))
  const text = async () => new TextDecoder().decode(await bytes())
  const mediaType = (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? ""
  return {
    request,
    url,
    params,
    fault: undefined,
    bytes,
    text,
    async json() {
      if (mediaType !== "application/json" && !mediaType.endsWith("+json")) return undefined
      try {
        return JSON.parse(await text())
      } catch {
        return undefined
      }
    },
    async form() {
      return mediaType === "application/x-www-form-urlencoded" ? new URLSearchParams(await text()) : undefined
    },
    note,
  }
}
