// What a backend does with a connection, by hand: one of its operations, by the native route.

import { notes } from "./notes.js"

const api = "/api/integrations"
const message = document.querySelector("#message")
const output = document.querySelector("#output")
const form = document.querySelector("form")
const { connection, operation, parameters } = form.elements

async function call(method, path, body) {
  const init = body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }
  const answer = await fetch(path, { method, ...init })
  if (answer.status === 401) location.assign("/sign-in.html")
  const value = await answer.json()
  if (!answer.ok) throw Object.assign(new Error(value.message), { code: value.error, details: value.details })
  return value
}

function show(text, isBad = false) {
  Object.assign(output, { textContent: text, hidden: false, className: isBad ? "bad" : "" })
}

function showError({ message, code, details }) {
  show([message, code, details && JSON.stringify(details)].filter(Boolean).join("\n"), true)
}

const connectorOf = () => connection.selectedOptions[0].dataset.connector
let operations = []

async function chooseConnection() {
  const connector = connectorOf()
  operations = await call("GET", `/api/operations/${connector}`)
  operation.replaceChildren(...operations.map(({ id, summary }) => new Option(`${id}: ${summary}`, id)))
  operation.value = Object.keys(notes[connector]?.parameters ?? {})[0] ?? operations[0].id
  propose()
}

/** What the notes say to try, or what must be given, still empty. */
function propose() {
  const chosen = operations.find(({ id }) => id === operation.value)
  const tried = notes[connectorOf()]?.parameters?.[chosen.id]
  parameters.value = JSON.stringify(tried ?? blank(chosen.parameters), null, 2)
}

function blank({ properties = {}, required = [] }) {
  const empty = { string: "", number: 0, integer: 0, boolean: false, array: [], object: {} }
  return Object.fromEntries(
    required.map((name) => [name, properties[name]?.default ?? empty[properties[name]?.type] ?? null]),
  )
}

async function run(event) {
  event.preventDefault()
  const button = form.querySelector("button")
  button.disabled = true
  try {
    const body = { operation: operation.value, parameters: JSON.parse(parameters.value || "{}") }
    const { result } = await call("POST", `${api}/connections/${connection.value}/run`, body)
    show(JSON.stringify(result, null, 2))
  } catch (error) {
    showError(error)
  }
  button.disabled = false
}

try {
  const { connections } = await call("GET", `${api}/connections`)
  if (connections.length === 0) {
    message.append(
      "Nothing is connected yet. ",
      Object.assign(document.createElement("a"), { href: "/", textContent: "Connect an account first." }),
    )
  } else {
    connection.replaceChildren(
      ...connections.map(({ id, connector, name }) => {
        const option = new Option(`${connector}: ${name}`, id)
        option.dataset.connector = connector
        return option
      }),
    )
    connection.onchange = () => chooseConnection().catch(showError)
    operation.onchange = propose
    form.onsubmit = run
    await chooseConnection()
    form.hidden = false
  }
} catch (error) {
  showError(error)
}
