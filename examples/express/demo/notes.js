// Served by the demo in place of public/notes.js: what to type at the emulators, and a way to let time pass.
export const notes = await (await fetch("/demo/notes.json")).json()

const text = document.createElement("span")
text.textContent = "Every provider here is an emulator on this machine. "
const button = document.createElement("button")
button.textContent = "Let 12 hours pass"
button.onclick = async () => {
  button.disabled = true
  const init = { method: "POST", headers: { "content-type": "application/json" } }
  const answer = await fetch("/demo/advance", { ...init, body: JSON.stringify({ ms: 12 * 3_600_000 }) })
  const { now } = await answer.json()
  text.textContent = `It is ${new Date(now).toLocaleString()} now, here and at every provider. What ended meanwhile is renewed when it is next used. `
  button.disabled = false
}
const bar = document.createElement("div")
bar.className = "bar row"
bar.append(text, button)
document.querySelector("#message").before(bar)
