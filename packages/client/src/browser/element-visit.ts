import type { Page } from "chromium-for-tests"

/** Something that the element told its page. */
export interface Heard {
  readonly type: string
  readonly code?: string
  readonly connector?: string
  readonly connectionId?: string
}

/** What the element has told its page so far. */
export function heard(page: Page): Promise<readonly Heard[]> {
  return page.evaluate(() => (window as unknown as { heard: Heard[] }).heard)
}

/** What is said to a person at the element that has the focus, in shadow roots, too. */
export function focusedName(page: Page): Promise<string> {
  return page.evaluate(() => {
    let active = document.activeElement
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement
    const label =
      active instanceof HTMLInputElement || active instanceof HTMLSelectElement
        ? active.labels?.[0]?.textContent
        : active?.textContent
    return (active?.getAttribute("aria-label") ?? label ?? "").trim().replace(/\s+/g, " ")
  })
}

const maxTabs = 60

/** Presses Tab until what is called `name` has the focus, as somebody without a mouse gets there. */
export async function tabTo(page: Page, name: string): Promise<void> {
  const passed: string[] = []
  for (let tabs = 0; tabs < maxTabs; tabs++) {
    const focused = await focusedName(page)
    if (focused === name) return
    passed.push(focused)
    await page.keyboard.press("Tab")
  }
  throw new Error(`Tab does not come to “${name}”, only to ${[...new Set(passed)].join(", ")}`)
}

/** Tabs there and presses Enter. */
export async function press(page: Page, name: string): Promise<void> {
  await tabTo(page, name)
  await page.keyboard.press("Enter")
}
