// What to type where, by connector, and a way to let time pass.

import { notes } from "./notes.js"

function element(name, ...children) {
  const made = document.createElement(name)
  made.append(...children)
  return made
}

function value(text) {
  if (!/^http.*\/$/.test(text)) return element("code", text)
  return Object.assign(element("a", text), { href: text, target: "_blank", rel: "noreferrer" })
}

const { connectors } = await (await fetch("/api/integrations/connectors")).json()
const names = new Map(connectors?.map(({ id, name }) => [id, name]))
for (const [id, { hints }] of Object.entries(notes)) {
  if (hints.length === 0) continue
  const lines = hints.flatMap(([label, text]) => [element("dt", label), element("dd", value(text))])
  document.querySelector("main").append(element("section", element("h2", names.get(id) ?? id), element("dl", ...lines)))
}

const status = document.querySelector("[role=status]")
const button = document.querySelector("button")
button.onclick = async () => {
  button.disabled = true
  const init = { method: "POST", headers: { "content-type": "application/json" } }
  const answer = await fetch("/demo/advance", { ...init, body: JSON.stringify({ ms: 12 * 3_600_000 }) })
  const { now } = await answer.json()
  status.textContent = `It is ${new Date(now).toLocaleString()} now, here and at every provider. What ended meanwhile is renewed when it is next used.`
  button.disabled = false
}
