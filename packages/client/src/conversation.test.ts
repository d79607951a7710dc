import type { AttemptView } from "@holdfast/core"
import { describe, expect, it } from "vitest"
import type { Backend } from "./backend.js"
import { clientError } from "./client-error.js"
import { createConversation } from "./conversation.js"

const form = { kind: "form", id: "key", title: "Acme", fields: [] } as const
const begun: AttemptView = {
  id: "att_1",
  connector: "acme",
  method: "api_key",
  status: "pending",
  step: form,
  expiresAt: 0,
}
const connected: AttemptView = {
  ...begun,
  status: "connected",
  step: { kind: "connected", connectionId: "conn_1" },
  connectionId: "conn_1",
}
const asked = { ...begun, step: { ...form, id: "code" } }

/** Calls are answered by hand, in whatever order a network may choose. */
function byHand() {
  const calls: { readonly call: string; answer(view: unknown): void; fail(error: Error): void }[] = []
  const ask = (method: string, path: string) =>
    new Promise<never>((resolve, reject) => {
      calls.push({ call: `${method} ${path}`, answer: (view) => resolve(view as never), fail: reject })
    })
  const backend: Backend = {
    url: "https://app.example.com/api/integrations",
    sendsBrowserCookie: () => true,
    ask,
    read: (path) => ask("GET", path),
  }
  return { conversation: createConversation(backend, begun), calls }
}

describe("a conversation over a network that reorders", () => {
  it("does not go back to what was seen before something was sent", async () => {
    const { conversation, calls } = byHand()
    const looked = conversation.refresh()
    const sent = conversation.submit({ key: "k" })
    calls[1]?.answer(asked)
    expect((await sent).step).toMatchObject({ id: "code" })
    calls[0]?.answer(begun)
    expect((await looked).step).toMatchObject({ id: "code" })
  })

  it("does not take what was seen while something is on its way", async () => {
    const { conversation, calls } = byHand()
    const sent = conversation.submit({ key: "k" })
    const looked = conversation.refresh()
    calls[1]?.answer(begun)
    await looked
    calls[0]?.answer(asked)
    await sent
    expect(conversation.view().step).toMatchObject({ id: "code" })
  })

  it("stays at its end", async () => {
    const { conversation, calls } = byHand()
    const looks = [conversation.refresh(), conversation.refresh()]
    calls[1]?.answer(connected)
    calls[0]?.answer(begun)
    await Promise.all(looks)
    expect(conversation.view().status).toBe("connected")
  })

  it("tells an attempt that is gone from a cookie that is gone", async () => {
    const { conversation, calls } = byHand()
    const gone = clientError("not_found", "There is nothing here.", { status: 404 })
    const first = conversation.poll().catch((error) => error.code)
    calls[0]?.fail(gone)
    await expect.poll(() => calls[1]?.call).toBe("GET /attempts/att_1")
    calls[1]?.answer(begun)
    expect(await first).toBe("state_mismatch")
    const second = conversation.poll().catch((error) => error.code)
    calls[2]?.fail(gone)
    await expect.poll(() => calls[3]?.call).toBe("GET /attempts/att_1")
    calls[3]?.fail(gone)
    expect(await second).toBe("not_found")
  })
})
