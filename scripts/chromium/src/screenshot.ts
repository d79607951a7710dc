import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Page } from "playwright-core"

const folder = fileURLToPath(new URL("../../../test-artefacts/screenshots", import.meta.url))

/** Keeps a picture of a page as it stands, as `test-artefacts/screenshots/{name}.png`, which is not committed. Answers where. */
export async function screenshot(page: Page, name: string): Promise<string> {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${name}.png`)
  // A dialog is as large as the window, and would be lost on a page that is longer.
  const fullPage = (await page.locator("dialog[open]").count()) === 0
  await page.screenshot({ path, fullPage, animations: "disabled" })
  return path
}
