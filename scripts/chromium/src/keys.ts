import type { Page } from "playwright-core"

const mostTabs = 400
// As many as a page has; then what is looked for is still to come, and is waited for.
const oneRound = 40

/** Presses Tab until what has the focus is called so, as somebody without a mouse gets there. */
export async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const passed = new Set<string>()
  for (let tabs = 0; tabs < mostTabs; tabs++) {
    const focused = await focusedName(page)
    if (typeof name === "string" ? focused === name : name.test(focused)) return
    passed.add(focused)
    if (tabs >= oneRound) await page.waitForTimeout(50)
    await page.keyboard.press("Tab")
  }
  throw new Error(`Tab never comes to ${name}, only to ${[...passed].join(" · ")}`)
}

/** Tabs to something, and presses Enter. */
export async function press(page: Page, name: string | RegExp): Promise<void> {
  await tabTo(page, name)
  await page.keyboard.press("Enter")
}

/** What a screen reader calls the element that has the focus, inside shadow roots, too. */
export function focusedName(page: Page): Promise<string> {
  return page.evaluate(() => {
    let active = document.activeElement
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement
    const input = active as HTMLInputElement | null
    const text = active?.getAttribute("aria-label") ?? input?.labels?.[0]?.textContent ?? active?.textContent ?? ""
    return text.replace(/\s+/g, " ").trim()
  })
}
