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
