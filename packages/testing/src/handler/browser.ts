/** Sends one request to whatever is mounted. */
export type Send = (request: Request) => Promise<Response>

/** A browser as far as a server can tell: it keeps cookies, says where requests come from, and follows no redirect unasked. */
export interface Browser {
  /** Goes to a page, as after a click on a page of ours; `from: "cross-site"` as after a click elsewhere. */
  visit(url: string, options?: { from?: string; headers?: Record<string, string> }): Promise<Response>
  /** Posts a page's form. */
  submit(url: string, fields: Record<string, string>, options?: { origin?: string }): Promise<Response>
  /** What a script of a page does. */
  call(method: string, url: string, body?: unknown, headers?: Record<string, string>): Promise<Response>
  readonly cookies: ReadonlyMap<string, string>
}

/** A browser with nothing in it. `owner` is who is signed in at the host, `origin` the page that is open. */
export function createBrowser(send: Send, { owner, origin }: { owner?: string; origin: string }): Browser {
  const cookies = new Map<string, string>()

  async function go(url: string, init: RequestInit, isSameSite: boolean): Promise<Response> {
    const headers = new Headers(init.headers)
    if (owner !== undefined) headers.set("x-test-owner", owner)
    // A Lax cookie goes along when a page is navigated to, and with whatever the own site's pages send.
    const isPlainNavigation = headers.get("sec-fetch-mode") === "navigate" && (init.method ?? "GET") === "GET"
    if (cookies.size > 0 && (isSameSite || isPlainNavigation)) {
      headers.set("cookie", [...cookies].map(([name, value]) => `${name}=${value}`).join("; "))
    }
    const answer = await send(new Request(url, { redirect: "manual", ...init, headers }))
    for (const cookie of answer.headers.getSetCookie()) keep(cookie)
    return answer
  }

  function keep(cookie: string): void {
    const [pair = "", ...attributes] = cookie.split(/;\s*/)
    const [name = "", value = ""] = pair.split("=")
    const has = (attribute: string) => attributes.some((found) => found.toLowerCase() === attribute)
    // Browsers drop a `__Host-` cookie that is not all of these.
    if (name.startsWith("__Host-") && !(has("secure") && has("path=/"))) return
    if (has("max-age=0")) cookies.delete(name)
    else cookies.set(name, value)
  }

  const navigation = { accept: "text/html,application/xhtml+xml", "sec-fetch-mode": "navigate" }
  return {
    cookies,
    visit: (url, { from = "same-origin", headers = {} } = {}) =>
      go(url, { headers: { ...navigation, "sec-fetch-site": from, ...headers } }, from !== "cross-site"),
    submit(url, fields, { origin: from = origin } = {}) {
      const body = new URLSearchParams(fields)
      return go(url, { method: "POST", body, headers: { ...navigation, origin: from } }, from === origin)
    },
    call(method, url, body, headers = {}) {
      const json = body === undefined ? {} : { body: JSON.stringify(body) }
      const says = {
        ...(body !== undefined && { "content-type": "application/json" }),
        ...(method !== "GET" && { origin }),
        "sec-fetch-site": "same-origin",
        ...headers,
      }
      return go(url, { method, ...json, headers: says }, true)
    },
  }
}
