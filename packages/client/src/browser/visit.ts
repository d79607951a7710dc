import { type BrowserContext, type Page, timerRan } from "chromium-for-tests"

/** Opens a page of the host and waits until its script has looked for what was left. */
export async function visit(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(url)
  await ready(page)
  return page
}

/** The script of the page has run, and nothing is being resumed. */
export async function ready(page: Page): Promise<void> {
  await page.locator("html[data-ready]").waitFor({ state: "attached" })
}

/** Clicks, and answers the window that opened. */
export async function opensWindow(page: Page, button: string): Promise<Page> {
  const [window] = await Promise.all([page.waitForEvent("popup"), page.click(`#${button}`)])
  return window
}

/** By now the page has looked at its window often enough to know that it was open there. */
export async function looked(page: Page): Promise<void> {
  await timerRan(page, 250, 5)
}

/** The person allows what the provider's page asks for. */
export async function consent(provider: Page, decision: "Allow" | "Deny" = "Allow"): Promise<void> {
  await provider.getByRole("button", { name: decision }).click({ noWaitAfter: true })
}

/** What the page tells next of such a kind, waited for; `index` counts from 0. */
export async function told<Told>(page: Page, what: string, index = 0): Promise<Told> {
  const line = page.locator("#told li", { hasText: `{"${what}":` }).nth(index)
  const text = await line.textContent()
  return (JSON.parse(text ?? "{}") as Record<string, Told>)[what] as Told
}

/** All that the page has told so far, in order. */
export async function allTold(page: Page): Promise<readonly unknown[]> {
  return (await page.locator("#told li").allTextContents()).map((text) => JSON.parse(text) as unknown)
}

/** How a connect ended, as the page reads it. */
export interface Ended {
  readonly is: string
  readonly connectionId?: string
  readonly connector?: string
  readonly code?: string
  readonly message?: string
}
