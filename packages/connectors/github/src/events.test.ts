import { approve, hmacSignature } from "@holdfast/emulator"
import { ada, endOf } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { defaultUsers, emulatorApp, githubSignature } from "./emulator.js"
import { githubWorld, visitPage } from "./test-support.js"

async function installed() {
  const world = githubWorld()
  const back = await visitPage(world.emulator, (await world.leave({ method: "app_installation" })).href)
  const { step } = await world.comeBack(back)
  const view = await world.comeBack(await approve(world.emulator.fetch, step.kind === "redirect" ? step.url : ""))
  const [installation] = world.emulator.provider.world.installations
  if (view.connectionId === undefined || !installation) throw new Error("nothing is connected")
  const connection = world.holdfast.for(ada).connection(view.connectionId, "github")
  return { ...world, connection, installation, provider: world.emulator.provider }
}

describe("the signature (table B)", () => {
  it("fits GitHub's published example", async () => {
    // https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries#testing-the-webhook-payload-validation
    const published = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    const body = new TextEncoder().encode("Hello, World!")
    const parts = { method: "POST", url: "https://app.example.com", body, at: 0, id: "1" }
    const secret = "It's a Secret to Everybody"
    expect(await githubSignature(secret).sign(parts)).toEqual({ "x-hub-signature-256": published })
    const { deliver } = githubWorld({}, { ...emulatorApp, webhookSecret: secret })
    const signed = (value: string) => ({
      sign: async () => ({ "x-hub-signature-256": value }),
      withForeignSecret: () => signed(value),
    })
    const delivery = { contentType: "text/plain", body: "Hello, World!" }
    expect((await deliver(delivery, signed(published))).status).toBeLessThan(300)
    const wrong = signed(published.replace("757", "758"))
    expect((await endOf(deliver(delivery, wrong))).code).toBe("webhook_unverified")
  })

  it("of the old kind, SHA-1, is not taken", async () => {
    const { deliver, provider, installation } = await installed()
    const sha1 = hmacSignature({
      secret: emulatorApp.webhookSecret,
      algorithm: "SHA-1",
      headers: { "x-hub-signature": "sha1={signature}" },
    })
    const push = provider.event("push", installation, { ref: "refs/heads/main", after: "a" })
    expect((await endOf(deliver(push, sha1))).code).toBe("webhook_unverified")
  })
})

describe("deliveries", () => {
  it("come as JSON or in a form, and mean the same", async () => {
    const { deliver, holdfast, provider, installation, connection } = await installed()
    const heard: unknown[] = []
    holdfast.on("github", "issues_opened", ({ connectionId, payload }) => void heard.push([connectionId, payload]))
    for (const asForm of [false, true]) {
      await deliver(
        provider.event("issues", installation, { action: "opened", issue: { number: 7 } }, { asForm }),
        provider.signature,
      )
    }
    const { id } = await connection.info()
    expect(heard).toHaveLength(2)
    expect(heard[1]).toEqual(heard[0])
    expect(heard[0]).toMatchObject([id, { issue: { number: 7 } }])
  })

  it("that ask whether anybody is there, or that nobody declared, are acknowledged", async () => {
    const { deliver, provider, installation } = await installed()
    for (const event of ["ping", "star"]) {
      expect(
        (await deliver(provider.event(event, installation, { zen: "Keep it simple." }), provider.signature)).status,
      ).toBeLessThan(300)
    }
  })

  it("under another event's name are not that event", async () => {
    const { deliver, holdfast, provider, installation, connection } = await installed()
    const heard: unknown[] = []
    holdfast.on("github", "installation_deleted", (event) => void heard.push(event))
    const push = provider.event("push", installation, { ref: "refs/heads/main", after: "a" })
    await deliver(
      { ...push, headers: { ...push.headers, "x-github-event": "installation_deleted" } },
      provider.signature,
    )
    expect(heard).toEqual([])
    expect(await connection.info()).toMatchObject({ status: "active" })
  })

  it("end the person's connection when they take the authorization back, and leave the installation", async () => {
    const { connect, deliver, provider, connection } = await installed()
    const own = await connect({ method: "app_user" })
    const [first] = defaultUsers
    if (!first) throw new Error("nobody is there")
    await deliver(provider.revokeAuthorization(first), provider.signature)
    expect(await own.info()).toMatchObject({ status: "needs_reauth", reason: "ended_by_provider" })
    expect(await connection.info()).toMatchObject({ status: "active" })
  })
})
