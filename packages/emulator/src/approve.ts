/** What the person does on the consent page. Default: allow everything, as the first account. */
export interface ApproveOptions {
  deny?: boolean
  /** The scopes that stay ticked, where the page lets people untick them. Default: all. */
  scopes?: readonly string[]
  /** Id of the account to pick. Default: the first. */
  account?: string
}

/** The part of `fetch` that is needed: an emulator's, or the real one for loopback URLs. */
export type FetchLike = (input: string | URL, init?: RequestInit) => Promise<Response>

/**
 * Acts as the person at an emulator's consent page: opens it, fills in its form, and answers with the URL that the
 * browser is sent to. Refusals that redirect (`error=…`) are answered the same way.
 *
 * @throws Error when the provider shows an error page instead of redirecting.
 */
export async function approve(fetch: FetchLike, url: string | URL, options: ApproveOptions = {}): Promise<URL> {
  const shown = await fetch(url, { redirect: "manual" })
  const early = shown.headers.get("location")
  if (early !== null) return new URL(early, url)
  const markup = await shown.text()
  if (shown.status !== 200) throw new Error(`the consent page answered ${shown.status}: ${readableText(markup)}`)
  const form = new URLSearchParams({ decision: options.deny ? "deny" : "allow" })
  for (const scope of options.scopes ?? ticked(markup)) form.append("scope", scope)
  if (options.account !== undefined) form.set("account", options.account)
  const answered = await fetch(url, { method: "POST", body: form, redirect: "manual" })
  const location = answered.headers.get("location")
  if (location === null) {
    throw new Error(`the consent form answered ${answered.status}: ${readableText(await answered.text())}`)
  }
  return new URL(location, url)
}

function ticked(markup: string): string[] {
  return [...markup.matchAll(/<input type="checkbox" name="scope" value="([^"]*)" checked>/g)].map((found) =>
    (found[1] ?? "").replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code))),
  )
}

function readableText(markup: string): string {
  return /<p>([^<]*)<\/p>/.exec(markup)?.[1] ?? "no explanation"
}
