import { withoutChromium } from "chromium-for-tests"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { answersOf, cardOf, connectByPage } from "./connect-by-page.js"
import { type DemoHost, startDemoHost } from "./demo-host.js"
import { openPage, type Person } from "./person.js"

const admin = { tenantId: "example", userId: "admin", admin: true }

/** Registers a test for each connector of a part of the demo: connected through the page, and none of its secrets seen by the browser. */
export function everyConnector(connectors: readonly string[]): void {
  describe.skipIf(withoutChromium)(withoutChromium ?? "connected through the page, as a person does", () => {
    let host: DemoHost
    let person: Person

    beforeAll(async () => {
      host = await startDemoHost()
      person = await openPage(host)
    }, 120_000)
    afterAll(() => host?.close())

    it.each(connectors)(
      "%s",
      async (connector) => {
        await connectByPage(host, person, connector)
        const made = await host.holdfast.for(admin).list({ connector })
        expect(made.map(({ status }) => status)).toEqual(["active"])
        await cardOf(person.page, connector)
          .getByRole("button", { name: /^Manage / })
          .waitFor()
      },
      60_000,
    )

    it("the browser saw no secret of an app, of a provider or of a connection, and no policy was broken", async () => {
      const rows = connectors.flatMap((connector) => host.world.connectors.get(connector) ?? [])
      const answered = rows.flatMap((row) => Object.keys(row.answers ?? {}).map((field) => answersOf(row)(field)))
      const typed = new Set(await Promise.all(answered))
      await host.secrets.ofConnections(host.holdfast, admin)
      expect(host.secrets.count()).toBeGreaterThan(connectors.length)
      // What the person typed was sent, but the app says nothing of it back; all else no page has seen, here or at a provider.
      expect(host.secrets.foundIn(await person.said(), (secret) => typed.has(secret))).toEqual([])
      expect(host.secrets.foundIn(await person.recording.texts(), (secret) => !typed.has(secret))).toEqual([])
      expect(person.complaints).toEqual([])
    }, 120_000)
  })
}
