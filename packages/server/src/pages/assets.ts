/** Files that our pages load: a style and three scripts, so that pages need nothing inline. */
export const assets: Readonly<Record<string, { readonly type: string; readonly text: string }>> = {
  "page.css": {
    type: "text/css; charset=utf-8",
    text: `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; }
main { width: min(26rem, calc(100vw - 3rem)); padding: 1.5rem; }
h1 { font-size: 1.25rem; }
label { display: block; margin: 0 0 1rem; }
label small { display: block; opacity: .75; }
input, select { display: block; width: 100%; box-sizing: border-box; margin-top: .25rem; padding: .5rem; font: inherit; }
button { padding: .5rem 1.25rem; font: inherit; cursor: pointer; }
.error { color: #b3261e; }
img { width: 14rem; height: 14rem; background: #fff; padding: .5rem; }
`,
  },

  // Carries the id alone: any script of the origin can send such a message, so whoever hears it asks the server (X13).
  "done.js": {
    type: "text/javascript; charset=utf-8",
    text: `const { attempt } = document.querySelector("main [data-attempt]").dataset
const channel = new BroadcastChannel("holdfast")
channel.postMessage({ attempt })
setTimeout(() => window.close(), 100)
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

  // form.submit is shadowed where the provider posts a field of that name.
  "resubmit.js": {
    type: "text/javascript; charset=utf-8",
    text: `HTMLFormElement.prototype.submit.call(document.forms[0])
`,
  },
}
