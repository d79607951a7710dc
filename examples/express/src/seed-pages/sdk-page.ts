import { readFile } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import express, { type Router } from "express"

/** A snippet of seed 002, as it was written. */
export function snippet(name: "sdk" | "redirect"): Promise<string> {
  return readFile(new URL(`./seed-002-${name}.txt`, import.meta.url), "utf8")
}

/** What the page is told with its markup, as a host's own server would. */
export interface PageData {
  readonly jwtToken?: string
  readonly oauthUrl?: string
}

export interface SdkPage {
  /** Address of the handler. */
  readonly url: string
  /** Asked for each time the page is loaded. */
  data(): PageData
}

/** `GET /settings`: a page with the two snippets behind a button each, under a policy that allows nothing inline. */
export async function sdkPage({ url, data }: SdkPage): Promise<Router> {
  const script = await bundle(`
import { createClient } from "@holdfast/client"
const { jwtToken, oauthUrl } = document.body.dataset
const alloy = createClient({ url: ${JSON.stringify(url)} })
async function connect() {
${await snippet("sdk")}
}
function redirect() {
${(await snippet("redirect")).split("\n// or in a server-side redirect")[0]}
}
document.querySelector("#connect").addEventListener("click", connect)
document.querySelector("#redirect").addEventListener("click", redirect)
// A page that comes back knows as little who asks as any page that is loaded.
async function resumed() {
  await alloy.authenticate(jwtToken)
  return alloy.resume()
}
resumed().then((result) => { if (result) document.title = result.is }, () => {})`)
  const policy = `default-src 'none'; script-src 'self'; connect-src 'self' ${new URL(url).origin}; img-src data:; base-uri 'none'`
  const routes = express.Router()
  routes.get("/settings", (_request, response) => {
    const { jwtToken = "", oauthUrl = "" } = data()
    response.set("content-security-policy", policy).type("html")
    response.send(`<!doctype html><title>Settings</title><link rel="icon" href="data:,">
<body data-jwt-token="${jwtToken}" data-oauth-url="${oauthUrl}">
<button id="connect">Connect</button><button id="redirect">Redirect</button><script src="/settings.js"></script>`)
  })
  routes.get("/settings.js", (_request, response) => {
    response.type("js").send(script)
  })
  return routes
}

async function bundle(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, loader: "js", resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
    bundle: true,
    write: false,
    format: "iife",
    conditions: ["@holdfast/source"],
  })
  return outputFiles[0]?.text ?? ""
}
