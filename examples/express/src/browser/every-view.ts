import { axeViolations, screenshot, withoutChromium } from "chromium-for-tests"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { connectByPage } from "./connect-by-page.js"
import { type DemoHost, startDemoHost } from "./demo-host.js"
import { openPage, type Person } from "./person.js"
import { views } from "./views.js"

/** How a page is looked at. */
export interface Look {
  readonly name: string
  readonly colorScheme: "light" | "dark"
  readonly width: number
}

/** Registers a test for each view: a picture of it is kept, axe finds nothing, nothing is cut off, and no policy was broken. */
export function everyView({ name: look, colorScheme, width }: Look): void {
  describe.skipIf(withoutChromium)(withoutChromium ?? `every view, ${look}`, () => {
    let host: DemoHost
    let person: Person

    beforeAll(async () => {
      host = await startDemoHost()
      const first = await openPage(host)
      await connectByPage(host, first, "slack")
      await first.context.close()
    }, 120_000)
    afterAll(() => host?.close())
    beforeEach(async () => {
      person = await openPage(host, { colorScheme, viewport: { width, height: 860 }, reducedMotion: "reduce" })
    })
    afterEach(() => person.context.close())

    it.each(views)(
      "$name",
      async ({ name, show }) => {
        const page = (await show({ host, person })) ?? person.page
        await screenshot(page, `demo-${name}-${look}`)
        expect(await axeViolations(page)).toEqual([])
        const wide = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        )
        expect(wide, "scrolls sideways").toBeLessThanOrEqual(0)
        expect(person.complaints).toEqual([])
      },
      60_000,
    )
  })
}
