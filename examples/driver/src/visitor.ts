/** Somebody with a browser, as far as a server can tell: cookies are kept, redirects followed by hand. */
export interface Visitor {
  /** One request, with the cookies of the app, and as the app's own page would send it. */
  send(
    path: string | URL,
    init?: { readonly method?: string; readonly json?: unknown; readonly form?: object },
  ): Promise<Response>
}

/** A visitor of the app at `url`. */
export function createVisitor(url: string): Visitor {
  const jar = new Map<string, string>()
  return {
    async send(path, { method = "GET", json, form } = {}) {
      const target = new URL(path, url)
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ")
      const answer = await fetch(target, {
        method,
        redirect: "manual",
        headers: {
          origin: url,
          "sec-fetch-site": "same-origin",
          ...(target.origin === url && { cookie }),
          ...(json !== undefined && { "content-type": "application/json" }),
        },
        body: json === undefined ? ((form && new URLSearchParams({ ...form })) ?? null) : JSON.stringify(json),
      })
      for (const kept of answer.headers.getSetCookie()) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(kept) ?? []
        jar.set(name, value)
      }
      return answer
    },
  }
}
