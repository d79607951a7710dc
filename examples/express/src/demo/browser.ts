import { Agent, type IncomingHttpHeaders, request as send } from "node:http"
import { formsOf } from "./forms.js"

/** A browser without a window: it keeps cookies, follows redirects by hand, and posts forms. */
export interface Browser {
  /** Goes to a page, as after a click on a link of the page that is open. */
  visit(url: string): Promise<Page>
  /** Sends the first form of a page. `answer` is asked for what a person would type or choose. */
  submit(page: Page, answer: (field: string) => Promise<string | undefined>): Promise<Page>
  /** What a script of the open page does with `fetch`. */
  call(method: string, url: string, body?: unknown): Promise<{ status: number; body: unknown }>
  /** Lets its connections go. */
  close(): void
}

/** What is shown after all redirects. */
export interface Page {
  readonly url: URL
  readonly status: number
  readonly markup: string
  readonly redirects: number
  /** Whether the page lets its forms say where they come from. */
  readonly tellsOrigin: boolean
}

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

const maxRedirects = 20

/** A browser with nothing in it. */
export function createBrowser(): Browser {
  // Cookies belong to a host, whatever its port.
  const jar = new Map<string, Map<string, string>>()
  const agent = new Agent({ keepAlive: true })
  let open: URL | undefined

  async function exchange(method: string, url: URL, headers: Record<string, string>, body?: string): Promise<Answer> {
    const cookies = [...(jar.get(url.hostname) ?? [])].map(([name, value]) => `${name}=${value}`).join("; ")
    const answer = await sendOnce(agent, method, url, { ...headers, ...(cookies && { cookie: cookies }) }, body)
    for (const cookie of answer.headers["set-cookie"] ?? []) keep(url.hostname, cookie)
    return answer
  }

  function keep(host: string, cookie: string): void {
    const [pair = "", ...attributes] = cookie.split(/;\s*/)
    const cut = pair.indexOf("=")
    const kept = jar.get(host) ?? new Map<string, string>()
    const isOver = attributes.some((one) => /^(max-age=0|expires=Thu, 01 Jan 1970.*)$/i.test(one))
    if (isOver) kept.delete(pair.slice(0, cut))
    else kept.set(pair.slice(0, cut), pair.slice(cut + 1))
    jar.set(host, kept)
  }

  async function navigate(url: URL, from: URL | undefined, post?: { body: string; origin: string }): Promise<Page> {
    let [target, form] = [url, post]
    let site = relation(from, target)
    for (let redirects = 0; redirects <= maxRedirects; redirects++) {
      const headers = {
        accept: "text/html,application/xhtml+xml",
        "sec-fetch-mode": "navigate",
        "sec-fetch-dest": "document",
        "sec-fetch-site": site,
        ...(form && { origin: form.origin, "content-type": "application/x-www-form-urlencoded" }),
      }
      const answer = await exchange(form ? "POST" : "GET", target, headers, form?.body)
      const { location } = answer.headers
      if (answer.status < 300 || answer.status > 399 || location === undefined) {
        open = target
        const tellsOrigin = answer.headers["referrer-policy"] !== "no-referrer"
        return { url: target, status: answer.status, markup: answer.text, redirects, tellsOrigin }
      }
      const next = new URL(location, target)
      // A chain that has once left the site stays foreign.
      site = further(site, relation(target, next))
      if (answer.status !== 307 && answer.status !== 308) form = undefined
      target = next
    }
    throw new Error(`more than ${maxRedirects} redirects, the last to ${target.origin}${target.pathname}`)
  }

  return {
    visit: (url) => navigate(new URL(url, open), open),
    async submit(page, answer) {
      const [form] = formsOf(page.markup)
      if (!form) throw new Error(`no form at ${page.url.pathname}`)
      const fields = new URLSearchParams()
      let isPressed = false
      for (const { name, type, value, isRequired } of form.controls) {
        const isButton = type === "submit"
        const given = type === "hidden" ? undefined : await answer(name)
        // One button is pressed: the first, unless another is meant.
        if (isButton && (isPressed || (given ?? value) !== value)) continue
        isPressed ||= isButton
        const sent = given ?? value
        if (sent === "" && isRequired) throw new Error(`nothing to answer "${name}" with`)
        if (sent !== undefined && !(type === "radio" && fields.has(name))) fields.append(name, sent)
      }
      const target = new URL(form.action ?? "", page.url)
      const origin = page.tellsOrigin ? page.url.origin : "null"
      if (form.method === "GET") target.search = fields.toString()
      return navigate(target, page.url, form.method === "POST" ? { body: fields.toString(), origin } : undefined)
    },
    async call(method, url, body) {
      const target = new URL(url, open)
      const headers = {
        accept: "application/json",
        "sec-fetch-mode": "cors",
        "sec-fetch-dest": "empty",
        "sec-fetch-site": relation(open, target),
        ...(open && { origin: open.origin }),
        ...(body !== undefined && { "content-type": "application/json" }),
      }
      const answer = await exchange(method, target, headers, body === undefined ? undefined : JSON.stringify(body))
      return { status: answer.status, body: answer.text === "" ? undefined : JSON.parse(answer.text) }
    },
    close: () => agent.destroy(),
  }
}

type Site = "none" | "same-origin" | "same-site" | "cross-site"

function relation(from: URL | undefined, to: URL): Site {
  if (!from) return "none"
  if (from.origin === to.origin) return "same-origin"
  return from.hostname === to.hostname ? "same-site" : "cross-site"
}

function further(one: Site, other: Site): Site {
  const order: readonly Site[] = ["none", "same-origin", "same-site", "cross-site"]
  return order.indexOf(one) > order.indexOf(other) || one === "none" ? one : other
}

function sendOnce(
  agent: Agent,
  method: string,
  url: URL,
  headers: Record<string, string>,
  body?: string,
): Promise<Answer> {
  const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) }
  return new Promise((resolve, reject) => {
    const address = { host: url.hostname, port: url.port, path: url.pathname + url.search }
    const options = { ...address, method, agent, headers: { host: url.host, ...headers, ...length } }
    const outgoing = send(options, (incoming) => {
      let text = ""
      incoming.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk
      })
      incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text }))
      incoming.on("error", reject)
    })
    outgoing.setTimeout(60_000, () => outgoing.destroy(new Error(`${url.pathname} did not answer within 60 s`)))
    outgoing.on("error", reject)
    outgoing.end(body)
  })
}
