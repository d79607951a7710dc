import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import express, { type Router } from "express"
import { componentAround } from "./components.js"

/** What the host's page is made of. */
export interface SeedPage {
  /** The document that the snippets stand in. */
  readonly document: string
  /** The providers on the page, from top to bottom. */
  readonly headings: readonly string[]
  /** Origin of the backend that they call. */
  readonly apiOrigin: string
}

/** The script of the page: a React app with one card a provider. */
export function seedScript({ document, headings, apiOrigin }: SeedPage): Promise<string> {
  return bundle(`
import { createElement, useEffect, useState } from "react"
import { Card, mount, useAccounts } from "../seed-001-page.js"
const apiOrigin = ${JSON.stringify(apiOrigin)}
${headings.map((heading) => componentAround(document, heading)).join("\n")}
mount([${headings.join(", ")}])`)
}

/** `GET /integrations`, under a policy that allows nothing inline. */
export async function seedPage(page: SeedPage): Promise<Router> {
  const script = await seedScript(page)
  const policy = `default-src 'none'; script-src 'self'; connect-src 'self' ${page.apiOrigin}; base-uri 'none'`
  const routes = express.Router()
  routes.get("/integrations", (_request, response) => {
    response.set("content-security-policy", policy).type("html")
    response.send('<!doctype html><title>Integrations</title><main></main><script src="/integrations.js"></script>')
  })
  routes.get("/integrations.js", (_request, response) => {
    response.type("js").send(script)
  })
  return routes
}

async function bundle(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, loader: "ts", resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
    bundle: true,
    write: false,
    format: "iife",
    define: { "process.env.NODE_ENV": '"development"' },
  })
  return outputFiles[0]?.text ?? ""
}
