import axe from "axe-core"
import type { Page } from "playwright-core"

const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

/** What axe finds against WCAG 2.2 A and AA on a page as it stands, open shadow roots included: one line each. */
export async function axeViolations(page: Page): Promise<string[]> {
  // Through the debugger, which a page's Content-Security-Policy does not reach.
  await page.evaluate(axe.source)
  return await page.evaluate(async (tags) => {
    const { axe } = window as unknown as {
      axe: {
        run(
          root: Document,
          options: unknown,
        ): Promise<{ violations: { id: string; help: string; nodes: { target: unknown[] }[] }[] }>
      }
    }
    const { violations } = await axe.run(document, {
      runOnly: { type: "tag", values: tags },
      resultTypes: ["violations"],
    })
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ target }) => `${id}: ${help} (${target.flat().join(" ")})`),
    )
  }, rules)
}
