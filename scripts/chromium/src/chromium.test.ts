import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { axeViolations, type Browser, launch, record, withoutChromium } from "./index.js"

describe.skipIf(withoutChromium)(withoutChromium ?? "a real Chromium", () => {
  let browser: Browser
  const server = createServer((_request, response) => {
    response.setHeader("content-security-policy", "script-src 'self'")
    response.setHeader("content-type", "text/html")
    response.end(`<html><title>T</title><body><img src="data:,"><script>document.title = "ran"</script></body></html>`)
  })
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    browser = await launch()
  })
  afterAll(async () => {
    await browser?.close()
    server.close()
  })

  it("is told of what axe finds and of what a policy refused", async () => {
    const context = await browser.newContext()
    const recording = record(context)
    const page = await context.newPage()
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/?seen=1`)
    expect(await page.title()).toBe("T")
    expect(recording.errors.join()).toContain("Content Security Policy")
    expect((await axeViolations(page)).join()).toContain("image-alt")
    expect((await recording.texts()).join()).toContain("/?seen=1")
    await context.close()
  })
})
