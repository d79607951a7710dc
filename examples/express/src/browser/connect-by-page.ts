import type { CatalogueEntry } from "@holdfast/client"
import type { Page } from "chromium-for-tests"
import type { Row } from "../demo/provider.js"
import type { DemoHost } from "./demo-host.js"
import type { Person } from "./person.js"
import { type Answer, goThrough } from "./provider-window.js"

/** The card of a connector. */
export function cardOf(page: Page, connector: string) {
  return page.locator(`hf-connector-card[data-connector="${connector}"]`)
}

/** What a person types for a row of the demo. */
export function answersOf({ answers }: Row): Answer {
  return async (field) => {
    const given = answers?.[field]
    return typeof given === "function" ? String(await given()) : given
  }
}

/** Connects as a row of the demo says: its button, then forms in the dialog and pages in the window, until the card has its check mark. */
export async function connectByPage(
  { url, world }: DemoHost,
  { page, context }: Person,
  connector: string,
): Promise<void> {
  const row = world.connectors.get(connector)
  if (!row) throw new RangeError(`The demo has no ${connector}.`)
  const { connectors } = (await (await context.request.get(`${url}/api/integrations/connectors`)).json()) as {
    connectors: readonly CatalogueEntry[]
  }
  const methods = connectors.find(({ id }) => id === connector)?.methods ?? []
  const nth = row.method === undefined ? 0 : methods.findIndex(({ id }) => id === row.method)
  const answer = answersOf(row)
  const card = cardOf(page, connector)
  let going: Promise<void> | undefined
  const go = (window: Page) => {
    going = goThrough(window, answer)
  }
  context.once("page", go)
  try {
    await card.locator(".actions button").nth(nth).click()
    await fillDialog(page, answer)
    await card.getByText("Connected", { exact: true }).waitFor()
    await going
  } finally {
    context.off("page", go)
  }
}

const dialogs = "hf-connect-dialog"

/** Answers every form that the dialog shows, until it closes. There may be none. */
async function fillDialog(page: Page, answer: Answer): Promise<void> {
  const controls = page.locator(`${dialogs} hf-step-form`).locator("input, select")
  const namesOf = () => controls.evaluateAll((all) => all.map((one) => (one as HTMLInputElement).name))
  let answered = ""
  while ((await page.locator(dialogs).count()) > 0) {
    const names = await namesOf()
    if (names.length === 0 || names.join() === answered) {
      await page.waitForTimeout(50)
      continue
    }
    for (const name of names) {
      const given = await answer(name)
      const control = page.locator(`${dialogs} [name="${name}"]`)
      if (given === undefined) continue
      if ((await control.evaluate((element) => element.tagName)) === "SELECT") await control.selectOption(given)
      else await control.fill(given)
    }
    answered = names.join()
    await page.locator(`${dialogs} button[type=submit]`).click()
  }
}
