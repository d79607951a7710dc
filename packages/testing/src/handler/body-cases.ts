import { expect } from "vitest"
import { acmeApp } from "./acme-emulator.js"
import { signAcme } from "./acme-webhook.js"
import { expectFailure, type HandlerCase } from "./expect-answer.js"
import { ada, appOrigin, type HandlerUnderTest, mountUrl } from "./under-test.js"

const asAda = { "x-test-owner": JSON.stringify(ada), origin: appOrigin }
const webhookUrl = `${mountUrl}/webhooks/acme/acme-app`
const note = JSON.stringify({ id: "d1", account: "u1", note: "Grüße, mit  blanks" })

function post(
  given: HandlerUnderTest,
  path: string,
  body: BodyInit,
  headers: Record<string, string>,
): Promise<Response> {
  return given.send(new Request(mountUrl + path, { method: "POST", headers: { ...asAda, ...headers }, body }))
}

async function deliver(given: HandlerUnderTest, text: string, signed = text, method = "POST"): Promise<Response> {
  const headers = {
    "content-type": "application/json",
    "x-acme-signature": await signAcme(acmeApp.signingSecret, signed),
  }
  return given.send(new Request(webhookUrl, { method, headers, body: text }))
}

export const bodyCases: readonly HandlerCase[] = [
  {
    title: "refuses bodies that are truncated, not JSON, not an object or not UTF-8, and changes nothing",
    async run(given) {
      const json = { "content-type": "application/json" }
      await given.unchanged(async () => {
        for (const body of ['{"connector":"ac', "connector=acme", "[]", '"acme"', "null", '{"connector":7}']) {
          await expectFailure(await post(given, "/attempts", body, json), "input_invalid")
        }
        await expectFailure(await post(given, "/attempts", new Uint8Array([0xff, 0xfe, 0x7b]), json), "input_invalid")
        const text = { "content-type": "text/plain" }
        await expectFailure(await post(given, "/attempts", '{"connector":"acme"}', text), "input_invalid")
        await expectFailure(await post(given, "/attempts", "", json), "input_invalid")
      })
    },
  },
  {
    title: "refuses bodies longer than the limit in bytes, and changes nothing",
    async run(given) {
      const json = { "content-type": "application/json" }
      await given.unchanged(async () => {
        const long = JSON.stringify({ connector: "acme", name: "x".repeat(20_000) })
        await expectFailure(await post(given, "/attempts", long, json), "payload_too_large")
        // Fewer characters than the limit, and more bytes.
        const wide = JSON.stringify({ connector: "acme", name: "ü".repeat(11_000) })
        await expectFailure(await post(given, "/attempts", wide, json), "payload_too_large")
        await expectFailure(await deliver(given, `${note}${" ".repeat(20_000)}`), "payload_too_large")
      })
    },
  },
  {
    title: "hands a signed delivery to the connections it concerns, byte for byte, and works after answering",
    async run(given) {
      const id = await given.connectByOAuth()
      const received: unknown[] = []
      given.holdfast.on("acme", "note_created", (event) => void received.push(event))
      const answer = await deliver(given, note)
      expect(answer.status).toBe(200)
      expect(given.background).toHaveLength(1)
      await Promise.all(given.background)
      const payload = { note: "Grüße, mit  blanks" }
      expect(received).toEqual([
        expect.objectContaining({ name: "note_created", connectionId: id, owner: ada, payload }),
      ])
      // Again: acknowledged, and handed on to nobody.
      expect((await deliver(given, note)).status).toBe(200)
      await Promise.all(given.background)
      expect(received).toHaveLength(1)
    },
  },
  {
    title: "asks no cookie, Origin or sign-in of a delivery, and refuses those that are not signed",
    async run(given) {
      await given.connectByOAuth()
      const received: unknown[] = []
      given.holdfast.on("acme", "note_created", (event) => void received.push(event))
      await given.unchanged(async () => {
        await expectFailure(await deliver(given, `${note} `, note), "webhook_unverified")
        await expectFailure(
          await given.send(new Request(webhookUrl, { method: "POST", body: note })),
          "webhook_unverified",
        )
        await expectFailure(await given.send(new Request(webhookUrl)), "webhook_unverified")
        const options = {
          method: "OPTIONS",
          headers: { origin: "https://x.example", "access-control-request-method": "POST" },
        }
        await expectFailure(await given.send(new Request(webhookUrl, options)), "webhook_unverified")
        const unknown = await given.send(
          new Request(`${mountUrl}/webhooks/nothing/acme-app`, { method: "POST", body: note }),
        )
        await expectFailure(unknown, "connector_unknown")
        // To a stranger an app that is not there looks the same.
        const noApp = new Request(`${mountUrl}/webhooks/acme/other-app`, { method: "POST", body: note })
        await expectFailure(await given.send(noApp), "connector_unknown")
      })
      expect((await deliver(given, note, note, "PUT")).status).toBe(200)
      await Promise.all(given.background)
      expect(received).toHaveLength(1)
    },
  },
  {
    title: "hands a provider's HEAD to the connector, whose answer goes out without a body",
    async run(given) {
      const look = async (signed: string) => {
        const headers = { "x-acme-signature": await signAcme(acmeApp.signingSecret, signed) }
        return await given.send(new Request(webhookUrl, { method: "HEAD", headers }))
      }
      const answer = await look("")
      expect([answer.status, await answer.text()]).toEqual([200, ""])
      expect((await look("another")).status).toBe(401)
    },
  },
]

/** Where the framework's JSON parser runs first, and takes the bytes. */
export const parsedBodyCases: readonly HandlerCase[] = [
  {
    title: "stops a delivery whose bytes a body parser took, naming the fix (pains 25)",
    async run(given) {
      await given.connect()
      await given.unchanged(async () => {
        await expectFailure(await deliver(given, note), "config_invalid")
      })
      expect(given.errors.map(String).join()).toContain("before express.json()")
    },
  },
  {
    title: "still takes calls whose JSON a body parser took, since nothing is signed there",
    async run(given) {
      const id = await given.connect()
      const answer = await given.browser().call("POST", `${mountUrl}/connections/${id}/rename`, { name: "Work" })
      expect(answer.status).toBe(200)
    },
  },
]
