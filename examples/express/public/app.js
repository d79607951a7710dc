// Draws what the native routes answer. A page of yours may use any framework, or @holdfast's own component.

import { notes } from "./notes.js"

const api = "/api/integrations"
const cards = document.querySelector("#connectors")
const message = document.querySelector("#message")
const search = document.querySelector("#search")

async function call(method, path, body) {
  const init = body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }
  const answer = await fetch(path, { method, ...init })
  if (answer.status === 401) location.assign("/sign-in.html")
  const value = answer.status === 204 ? undefined : await answer.json()
  if (!answer.ok) throw Object.assign(new Error(value.message), { code: value.error, details: value.details })
  return value
}

/** An element; `undefined` and `false` among its children are left out, texts are texts. */
function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties)
  made.append(...children.flat().filter((child) => child !== undefined && child !== false))
  return made
}

function say(text, isBad = false) {
  message.textContent = text
  message.className = isBad ? "bad" : ""
  message.hidden = false
}

async function draw() {
  const [{ connectors }, { connections }, { name }] = await Promise.all([
    call("GET", `${api}/connectors`),
    call("GET", `${api}/connections`),
    call("GET", "/session"),
  ])
  document.querySelector("#who").textContent = `Signed in as ${name}`
  const isConnected = ({ id }) => connections.some(({ connector }) => connector === id)
  const groups = Map.groupBy(connectors, (one) => (isConnected(one) ? "connected" : one.category))
  const titles = ["connected", ...[...groups.keys()].filter((title) => title !== "connected").sort()]
  cards.replaceChildren(
    ...titles.map((title) => {
      const inside = groups.get(title) ?? []
      const shown = inside.map((connector) => card(connector, connections))
      return element("section", { className: "group" }, element("h2", {}, title), element("div", {}, shown))
    }),
  )
  filter()
  cards.removeAttribute("aria-busy")
}

/** Leaves what is searched for: names, ids and categories. */
function filter() {
  const wanted = search.value.trim().toLowerCase()
  for (const group of cards.children) {
    const [title, list] = group.children
    for (const one of list.children) {
      const said = `${title.textContent} ${one.id} ${one.querySelector(".head").textContent}`.toLowerCase()
      one.hidden = !said.includes(wanted)
    }
    group.hidden = [...list.children].every((one) => one.hidden)
  }
}
search.oninput = filter

function card(connector, connections) {
  const mine = connections.filter((connection) => connection.connector === connector.id)
  const tile = element("span", { className: "tile", ariaHidden: "true" }, connector.name[0])
  const hue = [...connector.id].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 360, 7)
  tile.style.setProperty("--hue", String(hue))
  const links = ways(connector, mine.length > 0)
  const single = links.length === 1 ? links[0] : undefined
  return element(
    "section",
    { className: "card", id: connector.id },
    element(
      "div",
      { className: "head" },
      tile,
      element("div", {}, element("h3", {}, connector.name), element("p", {}, connector.category)),
      connector.appConfigured ? single : element("small", {}, "not configured"),
    ),
    connector.appConfigured && !single && element("div", { className: "row" }, links),
    hints(notes[connector.id]),
    mine.map((connection) => connected(connector, connection)),
    guide(connector.setup),
  )
}

/** A plain link for each way to connect. */
function ways({ id, methods }, isConnected) {
  return methods.map((method, index) =>
    element(
      "a",
      {
        className: index === 0 && !isConnected ? "button primary" : "button",
        href: `${api}/connect/${id}?${new URLSearchParams({ method: method.id, returnTo: "/" })}`,
      },
      methods.length > 1 ? method.label : isConnected ? "Connect another" : "Connect",
    ),
  )
}

function hints(note) {
  if (!note?.hints.length) return undefined
  const shown = (value) =>
    value.startsWith("http") && value.endsWith("/")
      ? element("a", { href: value, target: "_blank", rel: "noreferrer" }, value)
      : element("code", {}, value)
  const lines = note.hints.map(([label, value]) => element("li", {}, `${label} `, shown(value)))
  return element("ul", { className: "hints" }, lines)
}

function guide(setup) {
  const steps = setup.steps.map((step) => element("li", {}, step))
  return element("details", {}, element("summary", {}, "Set-up guide"), element("ol", {}, steps))
}

function connected(connector, connection) {
  const path = `${api}/connections/${connection.id}`
  const output = element("pre", { hidden: true })
  const show = (text, isBad = false) => {
    Object.assign(output, { textContent: text, hidden: false, className: isBad ? "bad" : "" })
  }
  const button = (label, work, className = "") =>
    element(
      "button",
      {
        className,
        async onclick({ currentTarget }) {
          currentTarget.disabled = true
          try {
            await work()
          } catch (error) {
            show(
              [error.message, error.code, error.details && JSON.stringify(error.details)].filter(Boolean).join("\n"),
              true,
            )
          }
          currentTarget.disabled = false
        },
      },
      label,
    )
  const run = element("div", { className: "run", hidden: true })
  return element(
    "div",
    { className: "connection" },
    element(
      "div",
      { className: "row" },
      element("strong", {}, connection.name),
      element("span", { className: `status ${connection.status}` }, connection.reason ?? connection.status),
    ),
    element(
      "div",
      { className: "row" },
      button("Test", async () => {
        const { ok, parts } = await call("POST", `${path}/test`)
        show(parts.map((part) => `${part.ok ? "✓" : "✗"} ${part.name} ${part.code ?? ""}`).join("\n"), !ok)
      }),
      button("Run…", () => fillRun(run, { connector, path, show })),
      button("Reconnect", async () => {
        const { url } = await call("POST", `${path}/reconnect`, { returnTo: "/" })
        location.assign(url)
      }),
      button(
        "Disconnect",
        async () => {
          const { revocation } = await call("DELETE", path)
          say(`${connection.name} is disconnected (${revocation} at ${connector.name}).`)
          await draw()
        },
        "danger",
      ),
    ),
    run,
    output,
  )
}

async function fillRun(run, { connector, path, show }) {
  run.hidden = !run.hidden
  if (run.childElementCount > 0) return
  const operations = await call("GET", `/api/operations/${connector.id}`)
  const tried = notes[connector.id]?.parameters ?? {}
  const choice = element(
    "select",
    { ariaLabel: "Operation" },
    operations.map(({ id, summary }) => element("option", { value: id }, `${id} — ${summary}`)),
  )
  const parameters = element("textarea", { ariaLabel: "Parameters", spellcheck: false })
  const propose = () => {
    const chosen = operations.find(({ id }) => id === choice.value)
    parameters.value = JSON.stringify(tried[chosen.id] ?? blank(chosen.parameters), null, 2)
  }
  choice.onchange = propose
  choice.value = Object.keys(tried)[0] ?? operations[0].id
  propose()
  const go = element("button", { className: "primary" }, "Run")
  go.onclick = async () => {
    go.disabled = true
    try {
      const { result } = await call("POST", `${path}/run`, {
        operation: choice.value,
        parameters: JSON.parse(parameters.value || "{}"),
      })
      show(JSON.stringify(result, null, 2))
    } catch (error) {
      show([error.message, error.code].filter(Boolean).join("\n"), true)
    }
    go.disabled = false
  }
  run.replaceChildren(choice, parameters, element("div", { className: "row" }, go))
}

/** What an operation must be given, still empty. */
function blank({ properties = {}, required = [] }) {
  const empty = { string: "", number: 0, integer: 0, boolean: false, array: [], object: {} }
  return Object.fromEntries(
    required.map((name) => [name, properties[name]?.default ?? empty[properties[name]?.type] ?? null]),
  )
}

/** How connecting ended, said by the query; the reason comes from the server. */
async function readReturn() {
  const query = new URLSearchParams(location.search)
  const [attempt, status] = [query.get("attempt"), query.get("status")]
  if (!attempt || !status) return
  history.replaceState(null, "", location.pathname)
  const { connector, error } = await call("GET", `${api}/attempts/${encodeURIComponent(attempt)}`)
  const name = document.querySelector(`#${connector} h3`)?.textContent ?? connector
  say(error ? `${name} was not connected. ${error.message}` : `${name} is connected.`, Boolean(error))
}

try {
  await draw()
  await readReturn()
} catch (error) {
  say(error.message, true)
}
