import { type Browser, type Page, type Recording, record } from "chromium-for-tests"

/**
 * As a person in a browser of their own: opens an example, signs in, connects Slack on its page, and disconnects it. Answers what the browser saw.
 * `first`: the button of the page that asks before the provider does, where one must.
 */
export async function drivePage(browser: Browser, address: string, first?: string): Promise<Recording> {
  const context = await browser.newContext()
  const recording = record(context)
  const page = await context.newPage()
  await page.goto(address)
  await page.getByRole("button", { name: "As a member" }).click()
  await connect(page, first)
  await disconnect(page)
  await context.close()
  return {
    ...recording,
    errors: recording.errors.filter((error) => !harmless.some((start) => error.startsWith(start))),
  }
}

// Icons that nobody has and the answer that sends somebody to sign in; a window that could not be closed from another origin.
const harmless = ["Failed to load resource", "Unsafe attempt to initiate navigation"]

const cardOf = (page: Page) => page.locator("hf-connector-card", { has: page.getByRole("heading", { name: "Slack" }) })

async function connect(page: Page, first: string | undefined): Promise<void> {
  const [consent] = await Promise.all([
    page.context().waitForEvent("page"),
    cardOf(page).getByRole("button", { name: "Connect with OAuth" }).click(),
  ])
  if (first !== undefined) await consent.getByRole("button", { name: first }).click()
  await consent.getByRole("button", { name: "Allow" }).click()
  await cardOf(page).getByText("Connected", { exact: true }).waitFor()
}

async function disconnect(page: Page): Promise<void> {
  await cardOf(page).getByRole("button", { name: "Manage" }).click()
  await page.getByRole("button", { name: /^Disconnect / }).click()
  await page.getByRole("button", { name: "Disconnect", exact: true }).click()
  await cardOf(page).getByText("Connected", { exact: true }).waitFor({ state: "detached" })
}
