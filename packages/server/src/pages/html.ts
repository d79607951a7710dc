import { formPageHeaders, pageHeaders } from "../security/headers.js"
import type { Site } from "../site.js"

/** Markup whose holes are escaped. */
export interface Html {
  readonly markup: string
}

/** Builds markup. Every hole is escaped but other `html`, arrays of it, and nothing. */
export function html(strings: TemplateStringsArray, ...holes: readonly Hole[]): Html {
  return { markup: String.raw({ raw: strings }, ...holes.map(render)) }
}

type Hole = string | number | Html | readonly Html[] | undefined | false

function render(hole: Hole): string {
  if (hole === undefined || hole === false) return ""
  if (typeof hole === "string" || typeof hole === "number") return escapeHtml(String(hole))
  return "markup" in hole ? hole.markup : hole.map(render).join("")
}

/** Text as it stands in markup and in attributes. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

const policy = pageHeaders["content-security-policy"]

/** A small page of ours. Scripts and styles are files of their own, so that the policy allows nothing inline. */
export function page(
  site: Site,
  { title, body, script, refreshSeconds, hasForm, status = 200, headers = {} }: PageOptions,
): Response {
  const { markup } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${refreshSeconds !== undefined && refresh(site, refreshSeconds)}
<title>${title}</title>
<link rel="stylesheet" href="${site.url}/assets/page.css">
${script !== undefined && html`<script src="${site.url}/assets/${script}" defer></script>`}
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`
  const asks = refreshSeconds !== undefined && { "content-security-policy": `${policy}; connect-src 'self'` }
  return new Response(markup, {
    status,
    headers: { ...pageHeaders, ...(hasForm && formPageHeaders), ...asks, ...headers },
  })
}

/** By a script, which changes what has changed: a delayed `meta` refresh starts the page over for whoever is reading it (WCAG 2.2.1). */
function refresh(site: Site, seconds: number): Html {
  return html`<script src="${site.url}/assets/refresh.js" data-seconds="${seconds}" defer></script>
<noscript><meta http-equiv="refresh" content="${seconds}"></noscript>`
}

export interface PageOptions {
  readonly title: string
  readonly body: Html
  /** Name of a script among our assets. */
  readonly script?: string
  readonly refreshSeconds?: number
  /** Whether the page posts to us, which must then say where it comes from. */
  readonly hasForm?: boolean
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}
