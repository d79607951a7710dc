import { hmac } from "@holdfast/core"
import { connectorWorld, endOf } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { trello } from "./trello.js"
import { createTrelloEmulator, seededIds, trelloApp } from "./trello-emulator.js"
import { trelloDelivery } from "./trello-emulator-webhooks.js"

const redirectUris = ["https://app.example.com/api/integrations/oauth/callback/trello"]
const board = { id: seededIds.board, name: "First board" }

function trelloWorld(answers?: (response: Response) => Response) {
  const looks: { method: string; status: number }[] = []
  const emulator = createTrelloEmulator({
    redirectUris,
    async look({ headers, method, url }) {
      const key = new URL(url).pathname.split("/").at(-1) ?? ""
      const delivery = { method, url, headers, body: new Uint8Array(), text: "" }
      const { response } = await world.holdfast.webhooks.receive("trello", key, delivery)
      looks.push({ method, status: response.status })
      return answers?.(response) ?? response
    },
  })
  const world = connectorWorld({ connectors: [trello(trelloApp)], emulator })
  const heard: { name: string; payload: unknown }[] = []
  for (const name of ["card_created", "card_updated", "card_moved", "board_updated"] as const)
    world.holdfast.on("trello", name, ({ payload }) => void heard.push({ name, payload }))
  return { ...world, heard, looks }
}

describe("webhooks of Trello (the list of quirks: HEAD must be 200, body and callbackURL are signed)", () => {
  it("are made for the member's open boards, once the address answered a HEAD", async () => {
    const { connect, emulator, looks } = trelloWorld()
    const connection = await connect()
    expect(looks).toEqual([{ method: "HEAD", status: 200 }])
    const { webhooks } = emulator.provider
    expect(webhooks).toMatchObject([{ idModel: seededIds.board, callbackURL: expect.stringMatching(/\/~[\w-]{43}$/) }])
    await connection.disconnect()
    expect(webhooks).toEqual([])
  })

  it("are wanted still where the address could not be reached", async () => {
    const { connect, emulator, store } = trelloWorld(() => new Response(null, { status: 502 }))
    const connection = await connect()
    const { id } = await connection.info()
    // The first try ends behind the connection.
    for (let turn = 0; turn < 100; turn++) {
      if ((await store.connections.get(id))?.detail.webhooks?.tries === 1) break
      await new Promise((resolve) => setTimeout(resolve))
    }
    expect(emulator.provider.webhooks).toEqual([])
    expect((await store.connections.get(id))?.detail.webhooks).toMatchObject({ state: "wanted", tries: 1 })
  })

  it("go with the token of before when it is connected again, and are made with the new one", async () => {
    const { connect, emulator, requests } = trelloWorld()
    await connect()
    const [before] = emulator.provider.webhooks
    await connect()
    const [after, ...others] = emulator.provider.webhooks
    expect(others).toEqual([])
    expect(after?.callbackURL).toBe(before?.callbackURL)
    expect(after?.grantId).not.toBe(before?.grantId)
    expect(requests.filter(({ method }) => method === "DELETE")).toHaveLength(1)
  })

  it("that are there already, since Trello's answer was lost, are no failure", async () => {
    const { connect, emulator, holdfast, store } = trelloWorld()
    emulator.faults.next({ on: "POST /1/webhooks", fault: { kind: "drop_after" } })
    const connection = await connect()
    const { id } = await connection.info()
    const detail = async () => (await store.connections.get(id))?.detail.webhooks
    for (let turn = 0; turn < 100 && (await detail())?.tries !== 1; turn++)
      await new Promise((resolve) => setTimeout(resolve))
    expect(await detail()).toMatchObject({ state: "wanted", tries: 1 })
    emulator.clock.advance(600_000)
    await holdfast.scheduler.tick()
    expect(await detail()).toMatchObject({ state: "made", subscriptions: [{ data: { boardId: seededIds.board } }] })
    expect(emulator.provider.webhooks).toHaveLength(1)
    await connection.disconnect()
    expect(emulator.provider.webhooks).toEqual([])
  })

  it("tell a card's move from other changes, and hear of no action twice", async () => {
    const { connect, deliver, emulator, heard } = trelloWorld()
    await connect()
    const url = emulator.provider.webhooks[0]?.callbackURL ?? ""
    const send = (type: string, id: string, data: Record<string, unknown> = {}) =>
      deliver(trelloDelivery(type, board, { id, data }), emulator.provider.signature, { url })
    await send("updateCard", "action-1", { listBefore: { id: "a" }, listAfter: { id: "b" } })
    await send("updateCard", "action-2", { old: { due: null } })
    await send("updateCard", "action-2", { old: { due: null } })
    await send("copyCard", "action-3")
    await send("voteOnCard", "action-4")
    expect(heard.map(({ name }) => name)).toEqual(["card_moved", "card_updated", "card_created"])
  })

  it("are refused where they were signed for another address", async () => {
    const { connect, deliver, emulator, heard } = trelloWorld()
    await connect()
    const url = emulator.provider.webhooks[0]?.callbackURL ?? ""
    const elsewhere = {
      async sign({ body }: { body: Uint8Array }) {
        const signed = [new TextDecoder().decode(body), "https://other.example/hook"]
        return { "x-trello-webhook": await hmac("SHA-1", trelloApp.clientSecret, signed, "base64") }
      },
      withForeignSecret: () => elsewhere,
    }
    expect((await endOf(deliver(trelloDelivery("createCard", board), elsewhere, { url }))).code).toBe(
      "webhook_unverified",
    )
    expect(heard).toEqual([])
  })
})
