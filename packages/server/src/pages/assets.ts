/** Files that our pages load: a style and scripts, so that pages need nothing inline. */
export const assets: Readonly<Record<string, { readonly type: string; readonly text: string }>> = {
  "page.css": {
    type: "text/css; charset=utf-8",
    text: `:root {
  color-scheme: light dark;
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  --accent: light-dark(#2b4fc7, #9db4ff);
  --on-accent: light-dark(#fff, #0d1330);
  --surface: light-dark(#fff, #16181d);
  --text: light-dark(#171a21, #eceef2);
  --muted: light-dark(#596070, #a4abb9);
  --edge: light-dark(#838b9a, #737b8a);
  --bad: light-dark(#b3261e, #ff9f97);
}
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--surface); color: var(--text); }
main { width: min(26rem, calc(100vw - 3rem)); padding: 1.5rem 0; overflow-wrap: anywhere; }
h1 { font-size: 1.375rem; line-height: 1.3; margin: 0 0 1rem; text-wrap: balance; }
p { margin: 0 0 1rem; }
label { display: block; margin: 0 0 1.25rem; font-weight: 500; }
small { display: block; color: var(--muted); font-size: .875rem; font-weight: 400; }
input, select { display: block; width: 100%; box-sizing: border-box; margin-top: .375rem; padding: .625rem .75rem; font: inherit; font-weight: 400;
  color: inherit; background: transparent; border: 1px solid var(--edge); border-radius: 8px; }
input[aria-invalid] { border-color: var(--bad); }
button { padding: .625rem 1.25rem; font: inherit; font-weight: 600; cursor: pointer;
  color: var(--on-accent); background: var(--accent); border: 0; border-radius: 8px; }
button:hover { filter: brightness(1.08); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.error { color: var(--bad); }
img { display: block; width: 14rem; height: 14rem; background: #fff; padding: .75rem; border-radius: 8px; }
`,
  },

  // Carries the id alone: any script of the origin can send such a message, so whoever hears it asks the server (X13).
  "done.js": {
    type: "text/javascript; charset=utf-8",
    text: `const { attempt, closes } = document.querySelector("main [data-attempt]").dataset
const channel = new BroadcastChannel("holdfast")
channel.postMessage({ attempt })
if (closes !== undefined) setTimeout(() => window.close(), 100)
`,
  },

  // Whose attempt it was is not known here. Pages that wait for one ask the server whether it was theirs.
  "failed.js": {
    type: "text/javascript; charset=utf-8",
    text: `const channel = new BroadcastChannel("holdfast")
channel.postMessage({})
`,
  },

  // Providers that answer in the fragment: the server sees it only if the page sends it. Taken out of the address first (X15).
  "fragment.js": {
    type: "text/javascript; charset=utf-8",
    text: `const form = document.forms[0]
const inputs = [...new URLSearchParams(location.hash.slice(1))].map(([name, value]) =>
  Object.assign(document.createElement("input"), { type: "hidden", name, value }),
)
form.action = location.pathname + location.search
form.replaceChildren(...inputs)
history.replaceState(null, "", location.pathname)
HTMLFormElement.prototype.submit.call(form)
`,
  },

  // Asks again for the page it is on. An end is a redirect, and followed by loading anew.
  "refresh.js": {
    type: "text/javascript; charset=utf-8",
    text: `const again = document.currentScript
const wait = () => setTimeout(look, again.dataset.seconds * 1000)
async function look() {
  const answer = await fetch(location.href, { redirect: "manual" }).catch(() => undefined)
  if (!answer) return wait()
  const page = new DOMParser().parseFromString(answer.ok ? await answer.text() : "", "text/html")
  const main = page.querySelector("main")
  if (!main || !page.querySelector("script[data-seconds]")) return location.reload()
  const shown = document.querySelector("main")
  if (main.innerHTML !== shown.innerHTML) shown.replaceWith(main)
  wait()
}
wait()
`,
  },

  // form.submit is shadowed where the provider posts a field of that name.
  "resubmit.js": {
    type: "text/javascript; charset=utf-8",
    text: `HTMLFormElement.prototype.submit.call(document.forms[0])
`,
  },
}
