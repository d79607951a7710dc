import type { Page } from "chromium-for-tests"

/** What a person types or chooses, by the name of the field. */
export type Answer = (field: string) => Promise<string | undefined>

const mostPages = 12

/**
 * Goes through the pages in a window as a person does: fills in what is asked for, presses the first button, until the window closes
 * itself. What a page asks that nobody can answer is left as it is.
 */
export async function goThrough(window: Page, answer: Answer): Promise<void> {
  for (let pages = 0; pages < mostPages && !window.isClosed(); pages++) {
    try {
      const button = window.locator("form button, form input[type=submit]").first()
      const closed = window.waitForEvent("close", { timeout: 0 }).then(() => "closed" as const)
      const next = await Promise.race([closed, button.waitFor().then(() => "asks" as const)])
      if (next === "closed") return
      await fillIn(window, answer)
      await Promise.all([Promise.race([window.waitForEvent("framenavigated"), closed]), button.click()])
      await window.waitForLoadState("domcontentloaded")
    } catch (error) {
      if (!window.isClosed()) throw error
    }
  }
  if (!window.isClosed()) throw new Error(`The window is still at ${new URL(window.url()).pathname}.`)
}

/** Fills in the first form of a page. */
async function fillIn(window: Page, answer: Answer): Promise<void> {
  const controls = window.locator("form").first().locator("input[name]:not([type=hidden]), select[name]")
  for (const control of await controls.all()) {
    const [name, type, value] = await control.evaluate((element) => {
      const { name, type, value } = element as HTMLInputElement
      return [name, type, value] as const
    })
    const given = await answer(name)
    if (given === undefined) continue
    if (type === "radio") await (value === given ? control.check() : undefined)
    else if (type === "select-one") await control.selectOption(given)
    else await control.fill(given)
  }
}
