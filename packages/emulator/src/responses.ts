/** A JSON answer. */
export function json(body: unknown, init: { status?: number; headers?: Record<string, string> } = {}): Response {
  return new Response(JSON.stringify(body), {
    status: init.status ?? 200,
    headers: { "content-type": "application/json; charset=utf-8", ...init.headers },
  })
}

/** A form-encoded answer, as some token endpoints give. */
export function formEncoded(fields: Readonly<Record<string, string>>, init: { status?: number } = {}): Response {
  return new Response(new URLSearchParams(fields).toString(), {
    status: init.status ?? 200,
    headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
  })
}

/** A 302. */
export function redirect(location: string | URL): Response {
  return new Response(null, { status: 302, headers: { location: String(location), "cache-control": "no-store" } })
}

const style = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; }
main { width: min(30rem, calc(100vw - 3rem)); padding: 1.5rem 0; }
h1 { font-size: 1.35rem; line-height: 1.3; }
h2 { font-size: 1.05rem; }
fieldset { margin: 1rem 0; padding: .25rem 1rem; border: 1px solid #8886; border-radius: .6rem; }
legend { padding: 0 .4rem; opacity: .75; }
fieldset p { margin: .5rem 0; }
input:not([type=radio], [type=checkbox]) { padding: .45rem .6rem; font: inherit; max-width: 100%; box-sizing: border-box; }
button { padding: .5rem 1.25rem; font: inherit; cursor: pointer; }
fieldset label { display: grid; grid-template-columns: auto 1fr; align-items: baseline; gap: .6rem; }
li, label { overflow-wrap: anywhere; }`

/** A page without script, under a policy that allows none. `body` is markup: escape what goes in with {@link escapeHtml}. */
export function page(title: string, body: string, status = 200): Response {
  const markup = `<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)}</title><link rel="icon" href="data:,"><style>${style}</style></head>\n<body>\n<main>\n${body}\n</main>\n</body>\n</html>\n`
  return new Response(markup, {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      // form-action stays out: browsers apply it to the redirect back to the app as well.
      "content-security-policy":
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
      "referrer-policy": "no-referrer",
    },
  })
}

/** Makes text safe inside markup and quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
