import { type BrowserContext, type Page, type Recording, record } from "chromium-for-tests"
import type { DemoHost } from "./demo-host.js"

/** Somebody at the integrations page, in a browser that is nobody else's. */
export interface Person {
  readonly context: BrowserContext
  readonly page: Page
  readonly recording: Recording
  /** What the browser said against the app's own pages: errors, and whatever a policy refused. Failed calls are none. */
  readonly complaints: readonly string[]
  /** All that the app itself has answered to this browser: addresses, headers and bodies. */
  said(): Promise<readonly string[]>
  /** Another tab, at the same page. */
  openTab(): Promise<Page>
}

type Look = Parameters<DemoHost["chromium"]["newContext"]>[0]

/** Signs in, and opens the page. */
export async function openPage(
  { chromium, url }: DemoHost,
  { as = "admin", ...look }: { as?: "admin" | "member" } & Look = {},
): Promise<Person> {
  const context = await chromium.newContext(look)
  const recording = record(context)
  const said = sayingsOf(context, url)
  const complaints = complaintsOf(context, url)
  await context.request.post(`${url}/sign-in`, { form: { name: as }, headers: { origin: url } })
  const openTab = async () => {
    const page = await context.newPage()
    await page.goto(`${url}/api/integrations/ui`)
    await page.locator("hf-connector-card").first().waitFor()
    return page
  }
  return { context, page: await openTab(), recording, complaints, said, openTab }
}

// A window that is closed while it is on its way back from the provider, which Chromium tells as a navigation.
const isHarmless = (text: string) =>
  text.startsWith("Failed to load resource") || text.startsWith("Unsafe attempt to initiate navigation")

function complaintsOf(context: BrowserContext, url: string): readonly string[] {
  const complaints: string[] = []
  context.on("console", (message) => {
    const isOurs = message.location().url.startsWith(url) && !isHarmless(message.text())
    if (message.type() === "error" && isOurs) complaints.push(message.text())
  })
  context.on("weberror", (error) => {
    if (error.page()?.url().startsWith(url)) complaints.push(String(error.error()))
  })
  return complaints
}

/** What the app says, apart from what others do and from what the person types. */
function sayingsOf(context: BrowserContext, url: string): () => Promise<readonly string[]> {
  const texts: string[] = []
  const pending = new Set<Promise<unknown>>()
  const keep = (work: Promise<unknown>) => {
    const kept = work.catch(() => {}).finally(() => pending.delete(kept))
    pending.add(kept)
  }
  context.on("response", (response) => {
    const address = new URL(response.url())
    if (address.origin !== url) return
    // What a provider answers with arrives in that address, and is cleaned out of it.
    texts.push(address.pathname.includes("/oauth/callback") ? address.pathname : address.href)
    keep(response.allHeaders().then((headers) => texts.push(JSON.stringify(headers))))
    keep(response.text().then((text) => texts.push(text)))
  })
  return async () => {
    await Promise.all(pending)
    return texts
  }
}
