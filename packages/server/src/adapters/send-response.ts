import { once } from "node:events"
import type { ServerResponse } from "node:http"

/** Sends an answer: each cookie in a header of its own, the body no faster than the client takes it. Never rejects. */
export async function sendResponse(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.statusCode = response.status
  for (const [name, value] of response.headers) {
    // Middleware that ran before may have set these too.
    if (name === "vary") outgoing.appendHeader(name, value)
    else if (name !== "set-cookie") outgoing.setHeader(name, value)
  }
  for (const cookie of response.headers.getSetCookie()) outgoing.appendHeader("set-cookie", cookie)
  // A body that was refused unread would otherwise be taken in to its end.
  if (!outgoing.req.complete) outgoing.setHeader("connection", "close")
  const reader = response.body?.getReader()
  try {
    for (;;) {
      const read = await reader?.read()
      if (!read || read.done || outgoing.destroyed) break
      if (!outgoing.write(read.value)) await drained(outgoing)
    }
    outgoing.end()
  } catch {
    // The head is out: cutting the connection is all that still says that the body is not whole.
    outgoing.destroy()
  } finally {
    await reader?.cancel().catch(() => {})
  }
}

/** Waits until the client has taken what was written, or has gone. */
async function drained(outgoing: ServerResponse): Promise<void> {
  const settled = new AbortController()
  const { signal } = settled
  await Promise.race([once(outgoing, "drain", { signal }), once(outgoing, "close", { signal })]).finally(() =>
    settled.abort(),
  )
}
