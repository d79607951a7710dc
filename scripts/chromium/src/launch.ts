import { existsSync } from "node:fs"
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core"

export type { Browser, BrowserContext, Page }

/** Where Chromium is: `TEST_CHROMIUM`, else where Debian puts it. */
export const chromiumPath = process.env.TEST_CHROMIUM ?? "/usr/bin/chromium"

/** Why tests that need a browser cannot run; undefined: they can. A machine that names `TEST_CHROMIUM` must have it. */
export const withoutChromium =
  process.env.TEST_CHROMIUM === undefined && !existsSync(chromiumPath)
    ? "skip: no Chromium is here; install it, or set TEST_CHROMIUM to where it is"
    : undefined

/** A Chromium without a window. Each `newContext()` of it is a browser of its own, with nothing in it. */
export async function launch(): Promise<Browser> {
  return await chromium.launch({
    executablePath: chromiumPath,
    // What is served is on loopback alone; nothing else is to be looked for.
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1",
    ],
  })
}
