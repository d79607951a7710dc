import type { BrowserContext, Request } from "playwright-core"

/** All that a browser saw: every address, header and body, every line of its console. */
export interface Recording {
  /** Console errors, uncaught errors, and what a Content-Security-Policy refused. */
  readonly errors: readonly string[]
  /** Texts to search for secrets: URLs and headers of requests and responses, and bodies that are text. */
  texts(): Promise<readonly string[]>
}

/** Records what all pages of a context see from now on. */
export function record(context: BrowserContext): Recording {
  const errors: string[] = []
  const texts: string[] = []
  const pending = new Set<Promise<unknown>>()
  const keep = (work: Promise<unknown>) => {
    const kept = work.catch(() => {}).finally(() => pending.delete(kept))
    pending.add(kept)
  }
  context.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text())
  })
  context.on("weberror", (error) => {
    errors.push(String(error.error()))
  })
  // Only what was read to its end: a body that a page leaves unread would be waited for.
  context.on("requestfinished", (request) => keep(note(request)))

  async function note(request: Request): Promise<void> {
    texts.push(request.url(), request.postData() ?? "")
    const response = await request.response()
    if (!response) return
    texts.push(response.url(), JSON.stringify(await response.allHeaders()))
    if (/json|text|javascript|xml/.test(response.headers()["content-type"] ?? "")) texts.push(await response.text())
  }

  return {
    errors,
    async texts() {
      await Promise.all(pending)
      return texts
    },
  }
}
