import { type ConnectOptions, type ConnectResult, createClient } from "../index.js"

// The page of a host application: it connects at a click, tells how that ended, and picks up what was left.
const { mount = "", mint, where, link } = document.documentElement.dataset
const client = createClient({
  url: mount,
  ...(mint !== undefined && { token: async () => await (await fetch(mint)).text() }),
})
let patience = new AbortController()

function tell(what: string, told: unknown): void {
  const line = document.createElement("li")
  line.textContent = JSON.stringify({ [what]: told })
  document.querySelector("#told")?.append(line)
}

/** Errors as they are read: what `JSON.stringify` leaves out of them is what a person sees. */
function readable(result: ConnectResult | undefined) {
  return result?.is === "failed" ? { ...result, code: result.error.code, message: result.error.message } : result
}

const options = (): ConnectOptions => ({
  signal: patience.signal,
  ...(where === "page" && { in: "page" }),
  onSuccess: (id) => tell("success", id),
  onError: ({ code }) => tell("error", code),
  ...(link !== undefined && {
    onBlocked(url) {
      const anchor = Object.assign(document.createElement("a"), { href: url, target: "_blank", textContent: "Go on" })
      document.body.append(anchor)
    },
  }),
})

function onClick(id: string, act: () => void): void {
  document.querySelector(`#${id}`)?.addEventListener("click", act)
}
const connect = async (connector: string, asked: ConnectOptions = {}) =>
  tell("ended", readable(await client.connect(connector, { ...options(), ...asked })))

onClick("slack", () => void connect("slack"))
onClick("stripe", () => void connect("stripe"))
onClick("stop", () => {
  patience.abort()
  patience = new AbortController()
})
Object.assign(globalThis, { client, connect, createClient })
void client.resume().then((result) => {
  if (result) tell("resumed", readable(result))
  document.documentElement.dataset.ready = ""
})
