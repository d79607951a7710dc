import type { ReceivedEvent } from "@holdfast/core"
import { bob } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { defaultAccounts, firstTenantId } from "./emulator.js"
import { microsoftWorld, receive } from "./test-support.js"

const hourMs = 3_600_000
const [first, second] = defaultAccounts
const owner = first?.id ?? ""

async function watching(connector: "outlook" | "outlook-calendar" = "outlook") {
  const world = microsoftWorld()
  const connection = await world.connect({ connector })
  const heard: ReceivedEvent[] = []
  const changes = connector === "outlook" ? ["message_received"] : ["event_created", "event_updated", "event_deleted"]
  for (const name of [...changes, "notifications_missed", "subscription_removed", "reauthorization_required"])
    world.holdfast.on(connector, name, (event) => void heard.push(event))
  const { notifications } = world.emulator.provider
  const [subscription] = notifications.subscriptions
  if (!subscription) throw new Error("nothing was subscribed")
  const statuses = async (told: Promise<readonly Response[]>) => (await told).map(({ status }) => status)
  const post = async (
    change: (body: { value: Record<string, unknown>[] }) => unknown,
    url = subscription.notificationUrl,
  ) => {
    const body = {
      value: [
        {
          subscriptionId: subscription.id,
          clientState: subscription.clientState,
          changeType: "created",
          resource: "Users/1/Messages/1",
          resourceData: { id: "1", "@odata.etag": "e1" },
        },
      ],
    }
    const text = JSON.stringify(change(body) ?? body)
    const answer = await receive(world, new Request(url, { method: "POST", body: text }))
    return {
      status: answer.status,
      error: answer.status === 202 ? undefined : ((await answer.json()) as { error: string }).error,
    }
  }
  return { ...world, connection, heard, notifications, subscription, statuses, post }
}

describe("a subscription (quirks: Graph's clientState)", () => {
  it("is made at an address of the connection's own, with a secret of ours, for a day", async () => {
    const { subscription, emulator, connection } = await watching()
    expect(subscription).toMatchObject({
      owner,
      resource: "me/mailFolders('inbox')/messages",
      changeType: "created",
      lifecycleNotificationUrl: subscription.notificationUrl,
    })
    expect(subscription.notificationUrl).toMatch(/\/webhooks\/outlook\/~[\w-]{43}$/)
    expect(subscription.clientState).toMatch(/^[0-9a-f]{64}$/)
    expect(Date.parse(subscription.expirationDateTime)).toBe(emulator.clock.now() + 24 * hourMs)
    expect(JSON.stringify(await connection.info())).not.toContain(subscription.clientState)
  })

  it("is found again instead of made twice, and goes with the connection", async () => {
    const { connect, connection, notifications, subscription } = await watching()
    await connect({ connector: "outlook" })
    expect(notifications.subscriptions.map(({ id }) => id)).toEqual([subscription.id])
    await connection.disconnect()
    expect(notifications.subscriptions).toEqual([])
  })

  it("is no trouble to remove when it is gone already", async () => {
    const { connection, notifications } = await watching()
    notifications.subscriptions.length = 0
    expect(await connection.disconnect()).toMatchObject({ revocation: "unsupported" })
  })

  it("is renewed before it ends, and made again when Graph has dropped it", async () => {
    const { emulator, holdfast, notifications, subscription } = await watching()
    emulator.clock.advance(20 * hourMs)
    await holdfast.scheduler.tick()
    const [renewed] = notifications.subscriptions
    expect(renewed?.id).toBe(subscription.id)
    expect(Date.parse(renewed?.expirationDateTime ?? "")).toBe(emulator.clock.now() + 24 * hourMs)
    notifications.subscriptions.length = 0
    emulator.clock.advance(20 * hourMs)
    await holdfast.scheduler.tick()
    expect(notifications.subscriptions).toHaveLength(1)
    expect(notifications.subscriptions[0]?.id).not.toBe(subscription.id)
  })

  it("is not asked for where the permission to read was not", async () => {
    const world = microsoftWorld()
    const connection = await world.connect({ connector: "outlook", scopes: ["Mail.Send"] })
    expect(world.emulator.provider.notifications.subscriptions).toEqual([])
    expect((await world.store.connections.get((await connection.info()).id))?.detail.webhooks?.state).toBe("made")
  })
})

describe("the handshake", () => {
  it("gives the token back as it came, at a connection's own address alone", async () => {
    const { holdfast, subscription, ...world } = await watching()
    const shake = (address: string) =>
      receive({ holdfast, ...world }, new Request(`${address}?validationToken=a%20token%26more`, { method: "POST" }))
    const answer = await shake(subscription.notificationUrl)
    expect([answer.status, answer.headers.get("content-type"), await answer.text()]).toEqual([
      200,
      "text/plain",
      "a token&more",
    ])
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff")
    const astray = await shake(subscription.notificationUrl.replace(/~.*/, `~${"A".repeat(43)}`))
    expect(await astray.json()).toEqual({ error: "connector_unknown" })
  })

  it("gives back text and never a page", async () => {
    for (const token of ["<script>alert(1)</script>", "", "x".repeat(3_000)]) {
      const answers: Promise<Response>[] = []
      const world = microsoftWorld({
        send(request) {
          const url = new URL(request.url)
          url.searchParams.set("validationToken", token)
          const answer = receive(world, new Request(url, { method: "POST" }))
          answers.push(answer.then((one) => one.clone()))
          return answer
        },
      })
      await world.connect({ connector: "outlook" })
      expect(await (await answers[0])?.json()).toEqual({ error: "webhook_unverified" })
      expect(world.emulator.provider.notifications.subscriptions).toEqual([])
    }
  })
})

describe("a notification", () => {
  it("of a mail that came in is handed on once, without the secret", async () => {
    const { emulator, heard, connection, subscription } = await watching()
    const id = await emulator.actions.receive_mail?.({
      to: "first.user@first.example",
      from: "x@y.example",
      subject: "Hi",
    })
    expect(heard).toMatchObject([
      { name: "message_received", connectionId: (await connection.info()).id, payload: { id, changeType: "created" } },
    ])
    expect(JSON.stringify(heard)).not.toContain(subscription.clientState)
    expect(await connection.run("get_message" as never, { id } as never)).toMatchObject({ subject: "Hi" })
  })

  it.each([
    ["created", "event_created"],
    ["updated", "event_updated"],
    ["deleted", "event_deleted"],
  ] as const)("of an event that was %s is %s", async (changeType, name) => {
    const { heard, notifications, statuses } = await watching("outlook-calendar")
    expect(await statuses(notifications.changed(owner, "event", changeType, "E1"))).toEqual([202])
    expect(heard).toMatchObject([{ name, payload: { id: "E1" } }])
  })

  it.each([
    ["reauthorizationRequired", "reauthorization_required"],
    ["subscriptionRemoved", "subscription_removed"],
    ["missed", "notifications_missed"],
  ] as const)("of the subscription itself, %s, is %s", async (event, name) => {
    const { heard, notifications, statuses, subscription } = await watching()
    expect(await statuses(notifications.lifecycle(owner, event))).toEqual([202])
    expect(heard).toMatchObject([{ name, payload: { subscriptionId: subscription.id } }])
  })

  it("concerns the connection whose address it came to, and nobody else", async () => {
    const { connect, heard, connection, notifications } = await watching()
    await connect({ connector: "outlook", owner: bob }, { account: second?.id ?? "" })
    expect(notifications.subscriptions).toHaveLength(2)
    await notifications.changed(owner, "message", "created", "M1")
    expect(heard.map(({ connectionId }) => connectionId)).toEqual([(await connection.info()).id])
    expect((await connection.info()).account.id).toBe(`${firstTenantId}:${owner}`)
  })

  it("that is repeated is dropped", async () => {
    const { heard, post } = await watching()
    for (let time = 0; time < 2; time++) expect(await post((body) => body)).toEqual({ status: 202, error: undefined })
    expect(heard).toHaveLength(1)
  })

  it("is refused whole when one part of it is not proved", async () => {
    const { heard, post, subscription } = await watching()
    const wrong: ((one: object) => Record<string, unknown>)[] = [
      (one: object) => ({ ...one, clientState: "wrong" }),
      (one: object) => ({ ...one, clientState: subscription.clientState?.slice(0, -1) }),
      (one: object) => ({ ...one, clientState: `${subscription.clientState}0` }),
      (one: object) => ({ ...one, clientState: null }),
      (one: object) => ({ ...one, clientState: undefined }),
      (one: object) => ({ ...one, clientState: [subscription.clientState] }),
    ]
    for (const change of wrong)
      expect((await post(({ value }) => ({ value: [...value, ...value.map(change)] }))).error).toBe(
        "webhook_unverified",
      )
    for (const nothing of [{ value: [] }, {}, null, [], "x"])
      expect((await post(() => nothing ?? [])).error).toBe("webhook_unverified")
    expect(heard).toEqual([])
  })

  it("proves nothing at the address of another", async () => {
    const { connect, heard, notifications, post } = await watching()
    await connect({ connector: "outlook", owner: bob }, { account: second?.id ?? "" })
    const theirs = notifications.subscriptions.at(-1)?.notificationUrl ?? ""
    expect((await post((body) => body, theirs)).error).toBe("webhook_unverified")
    expect((await post((body) => body, theirs.replace(/~.*/, `~${"A".repeat(43)}`))).error).toBe("connector_unknown")
    expect(heard).toEqual([])
  })
})
