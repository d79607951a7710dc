import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { type Browser, type BrowserContext, launch, type Page, record, withoutChromium } from "chromium-for-tests"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { type PageHost, scriptedPage, startPageHost } from "./browser/page-host.js"

describe("@holdfast/client/react", () => {
  it("is imported and rendered on a server, where there are no elements", async () => {
    const script = `
      import { Integrations, useConnect, useConnections, useHoldfast } from "@holdfast/client/react"
      import { createElement } from "react"
      import { renderToString } from "react-dom/server"
      function Page() {
        const holdfast = useHoldfast({ url: "/api/integrations" })
        const { isLoading } = useConnections(holdfast)
        const { isConnecting } = useConnect(holdfast)
        return createElement("div", {}, String(isLoading), String(isConnecting), createElement(Integrations, { client: holdfast, className: "mine" }))
      }
      console.log(renderToString(createElement(Page)))`
    const node = ["--conditions=@holdfast/source", "--import", "tsx", "--input-type=module", "--eval", script]
    const { stdout } = await promisify(execFile)(process.execPath, node, { cwd: import.meta.dirname })
    expect(stdout).toMatch(/true.*false.*<holdfast-integrations class="mine"/)
  })
})

const folderOf = (manifest: string) => fileURLToPath(new URL(".", manifest))

const app = `
  import { StrictMode, useState, version } from "react"
  import { createRoot } from "react-dom/client"
  import { Integrations, useConnect, useConnections, useHoldfast } from "./react.js"

  function Page() {
    const holdfast = useHoldfast({ url: "/api/integrations" })
    const { connections, isLoading, error } = useConnections(holdfast, { connector: "slack" })
    const { connect, isConnecting, result } = useConnect(holdfast)
    const [heard, hear] = useState([])
    const told = ({ type, detail }) => hear((before) => [...before, type + " " + (detail.connector ?? detail.code)])
    return <>
      <button disabled={isConnecting} onClick={() => connect("slack")}>Connect here</button>
      <output id="mine">{isLoading ? "loading" : error ? error.code : connections.map(({ name, status }) => name + " " + status).join()}</output>
      <output id="version">{version}</output>
      <output id="result">{result?.is}</output>
      <output id="heard">{heard.join()}</output>
      <Integrations client={holdfast} theme="light" connectors={only} onConnected={told} onDisconnected={told} onError={told}>
        <h1 slot="heading">In React</h1>
      </Integrations>
    </>
  }
  const only = ["slack"]
  createRoot(document.querySelector("main")).render(<StrictMode><Page /></StrictMode>)
`

describe.skipIf(withoutChromium).each([
  ["19", import.meta.resolve("react/package.json"), import.meta.resolve("react-dom/package.json")],
  ["18", import.meta.resolve("react-18/package.json"), import.meta.resolve("react-dom-18/package.json")],
])(withoutChromium ?? "React %s", (version, react, reactDom) => {
  let browser: Browser
  let host: PageHost
  let context: BrowserContext

  beforeAll(async () => {
    browser = await launch()
    host = await startPageHost({
      pages: await scriptedPage("/app", app, { react: folderOf(react), "react-dom": folderOf(reactDom) }),
    })
    const admin = { tenantId: "org", userId: "admin", admin: true }
    await host.holdfast.apps.save(admin, "slack", host.slackApp)
  })
  afterAll(async () => {
    await browser?.close()
    await host?.close()
  })
  afterEach(() => context.close())

  async function open(name?: "admin"): Promise<Page> {
    context = await browser.newContext()
    if (name) await host.signIn(context, name)
    const page = await context.newPage()
    await page.goto(`${host.url}/app`)
    return page
  }

  it("shares one client: what a hook connects the element shows, and what the element ends a hook forgets", async () => {
    const page = await open("admin")
    const recording = record(context)
    await page.getByRole("heading", { name: "In React" }).waitFor()
    expect(await page.locator("#version").textContent()).toMatch(new RegExp(`^${version}\\.`))
    await page.locator("#mine").filter({ hasNotText: "loading" }).waitFor({ state: "attached" })
    expect(await page.locator("#mine").textContent()).toBe("")
    const [consent] = await Promise.all([
      context.waitForEvent("page"),
      page.getByRole("button", { name: "Connect here" }).click(),
    ])
    await expect.poll(() => page.getByRole("button", { name: "Connect here" }).isDisabled()).toBe(true)
    await consent.getByRole("button", { name: /allow/i }).first().click()
    await page.locator("#result").filter({ hasText: "connected" }).waitFor()
    await page
      .locator("#mine")
      .filter({ hasText: /active$/ })
      .waitFor()

    await page.reload()
    await page.getByRole("button", { name: "Manage Slack" }).click()
    await page.getByRole("button", { name: /^Disconnect/ }).click()
    await page.getByRole("button", { name: "Disconnect", exact: true }).last().click()
    await page.locator("#heard").filter({ hasText: "holdfast-disconnected slack" }).waitFor()
    await page.locator("#mine:empty").waitFor({ state: "attached" })
    // Chromium looks for an icon of the provider's pages.
    expect(recording.errors.filter((error) => !error.includes("404"))).toEqual([])
  })

  it("tells of what fails, by its code", async () => {
    const page = await open()
    await page.locator("#mine").filter({ hasText: "unauthenticated" }).waitFor()
    await page.locator("#heard").filter({ hasText: "holdfast-error unauthenticated" }).waitFor()
  })
})
