import type { AppView } from "@holdfast/core"
import { expect } from "vitest"
import { expectFailure, type HandlerCase, jsonOf } from "./expect-answer.js"
import { ada, admin, eve, mountUrl } from "./under-test.js"

const fields = { clientId: "our-app", clientSecret: "our-client-secret", signingSecret: "our-signing-secret" }

export const appCases: readonly HandlerCase[] = [
  {
    title: "keeps app registrations to admins (X8)",
    async run(given) {
      const address = `${mountUrl}/apps/acme`
      for (const owner of [ada, { ...ada, admin: false }]) {
        await expectFailure(await given.browser(owner).call("GET", `${mountUrl}/apps`), "forbidden")
        await expectFailure(await given.browser(owner).call("GET", address), "forbidden")
        await expectFailure(await given.browser(owner).call("PUT", address, { fields }), "forbidden")
        await expectFailure(await given.browser(owner).call("DELETE", address), "forbidden")
      }
      const app = await jsonOf<AppView>(await given.browser(admin).call("GET", address))
      expect(app.source).toBe("options")
    },
  },
  {
    title: "saves a registration for the tenant, never shows its secrets, and removes it",
    async run(given) {
      const browser = given.browser(admin)
      const saved = await browser.call("PUT", `${mountUrl}/apps/acme`, { fields })
      expect(await saved.clone().text()).not.toContain("our-client-secret")
      const app = await jsonOf<AppView & { setup: { steps: string[] } }>(saved)
      expect(app).toMatchObject({
        source: "tenant",
        clientId: "our-app",
        redirectUri: `${mountUrl}/oauth/callback/acme`,
      })
      expect(app.fields.find(({ name }) => name === "clientSecret")).toMatchObject({ secret: true, isSet: true })
      expect(app.setup.steps).toEqual([`Register ${app.redirectUri}.`, `Send deliveries to ${app.webhookUrl}.`])
      const { apps } = await jsonOf<{ apps: AppView[] }>(await browser.call("GET", `${mountUrl}/apps`))
      expect(apps.map(({ source }) => source)).toEqual(["tenant"])
      const foreign = given.browser({ ...eve, admin: true })
      expect((await jsonOf<AppView>(await foreign.call("GET", `${mountUrl}/apps/acme`))).source).toBe("options")
      expect((await browser.call("DELETE", `${mountUrl}/apps/acme`)).status).toBe(204)
      expect((await jsonOf<AppView>(await browser.call("GET", `${mountUrl}/apps/acme`))).source).toBe("options")
    },
  },
  {
    title: "refuses a registration that is not whole, naming the fields, and unknown connectors",
    async run(given) {
      const browser = given.browser(admin)
      const incomplete = await browser.call("PUT", `${mountUrl}/apps/acme`, { fields: { clientId: "our-app" } })
      await expectFailure(incomplete, "input_invalid")
      const { details } = (await incomplete.json()) as { details: { fields: string[] } }
      expect(details.fields).toEqual(["clientSecret", "signingSecret"])
      await expectFailure(await browser.call("PUT", `${mountUrl}/apps/nothing`, { fields }), "connector_unknown")
      await expectFailure(await browser.call("GET", `${mountUrl}/apps/nothing`), "connector_unknown")
      await expectFailure(
        await browser.call("PUT", `${mountUrl}/apps/acme`, { fields: { clientId: 7 } }),
        "input_invalid",
      )
      expect((await jsonOf<AppView>(await browser.call("GET", `${mountUrl}/apps/acme`))).source).toBe("options")
    },
  },
]
