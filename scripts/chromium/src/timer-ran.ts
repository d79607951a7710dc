import type { Page } from "playwright-core"

/** Until a timer of the page has gone off so often, and with it whatever the page itself does as often, and began before. */
export async function timerRan(page: Page, everyMs: number, times: number): Promise<void> {
  await page.evaluate(
    ([everyMs, times]) =>
      new Promise<void>((resolve) => {
        let ran = 0
        const timer = setInterval(() => {
          if (++ran < times) return
          clearInterval(timer)
          resolve()
        }, everyMs)
      }),
    [everyMs, times] as const,
  )
}
