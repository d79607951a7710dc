import type { IntegrationsPage } from "../options.js"
import { formPageHeaders, pageHeaders } from "../security/headers.js"
import type { Site } from "../site.js"
import { html } from "./html.js"

/** The document around `<holdfast-integrations>`: the host's links, a heading, and the element, which does the rest. */
export function integrationsDocument(site: Site, page: IntegrationsPage): Response {
  const { title = "Integrations", lang = "en", theme = "auto", links = [], strings, stylesheet } = page
  const { markup } = html`<!doctype html>
<html lang="${lang}" data-theme="${theme}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${site.url}/ui/page.css">
${stylesheet !== undefined && html`<link rel="stylesheet" href="${stylesheet}">`}
<script src="${site.url}/ui/page.js" type="module"></script>
</head>
<body>
${links.length > 0 && html`<nav>${links.map(({ label, url }) => html`<a href="${url}">${label}</a>`)}</nav>`}
<main>
<holdfast-integrations url="${site.url}" theme="${theme}"${strings && html` data-strings="${JSON.stringify(strings)}"`}>
<h1 slot="heading">${title}</h1>
</holdfast-integrations>
<noscript><p>This page needs JavaScript.</p></noscript>
</main>
</body>
</html>
`
  return new Response(markup, {
    headers: { ...pageHeaders, ...formPageHeaders, "content-security-policy": `${policy}; connect-src 'self'` },
  })
}

const policy = pageHeaders["content-security-policy"]

/** What stands around the element, in its colours. The host's own stylesheet comes after it. */
export const integrationsStyle = `:root {
  color-scheme: light dark;
  background: var(--holdfast-surface, light-dark(#ffffff, #16181d));
  color: var(--holdfast-text, light-dark(#171a21, #eceef2));
  font: 400 15px/1.5 var(--holdfast-font, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif);
}
:root[data-theme="light"] { color-scheme: light; }
:root[data-theme="dark"] { color-scheme: dark; }
body { margin: 0 auto; max-width: 72rem; padding: 2rem clamp(1rem, 4vw, 2.5rem) 4rem; }
nav { display: flex; flex-wrap: wrap; gap: 0 1.5rem; margin-bottom: .75rem; font-size: .9rem; }
nav a { padding: .25rem 0; color: var(--holdfast-accent, light-dark(#2b4fc7, #9db4ff)); text-decoration: none; }
nav a:hover { text-decoration: underline; text-underline-offset: .18em; }
h1 { margin: 0; font-size: 1.75rem; font-weight: 640; line-height: 1.25; letter-spacing: -.018em; }
:focus-visible { outline: 2px solid var(--holdfast-accent, light-dark(#2b4fc7, #9db4ff)); outline-offset: 2px; }
`
