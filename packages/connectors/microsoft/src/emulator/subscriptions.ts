import type { Call, EmulatedAccount, EmulatorKit } from "@holdfast/emulator"
import type { MicrosoftAccount } from "./accounts.js"
import { badRequest, type Graph, type GraphAnswer } from "./graph.js"

export interface GraphSubscription {
  readonly id: string
  /** The `oid` of whose it is. */
  readonly owner: string
  readonly resource: string
  readonly changeType: string
  readonly notificationUrl: string
  readonly lifecycleNotificationUrl?: string
  readonly clientState?: string
  readonly expirationDateTime: string
}

export interface Notifications {
  readonly subscriptions: GraphSubscription[]
  /** Tells whoever watches that something of somebody's was changed. Answers what each address said. */
  changed(owner: string, kind: WatchedKind, changeType: ChangeType, id: string): Promise<readonly Response[]>
  /** Tells of the subscriptions of somebody themselves. `subscriptionRemoved` removes them. */
  lifecycle(owner: string, event: LifecycleEvent): Promise<readonly Response[]>
}

export type ChangeType = "created" | "updated" | "deleted"
export type LifecycleEvent = "reauthorizationRequired" | "subscriptionRemoved" | "missed"
export type WatchedKind = "message" | "event"

/** How a request gets to the address that was subscribed. */
export type Send = (request: Request) => Promise<Response>

// https://learn.microsoft.com/en-us/graph/change-notifications-overview#subscription-lifetime
const mostMs = 4_230 * 60_000
const leastMs = 45 * 60_000

// https://learn.microsoft.com/en-us/graph/api/subscription-post-subscriptions#permissions
const watchable: readonly { readonly pattern: RegExp; readonly kind: WatchedKind; readonly scope: string }[] = [
  { pattern: /^\/?me\/mailFolders\('inbox'\)\/messages$/i, kind: "message", scope: "Mail.Read" },
  { pattern: /^\/?me\/messages$/i, kind: "message", scope: "Mail.Read" },
  { pattern: /^\/?me\/events$/i, kind: "event", scope: "Calendars.Read" },
]

interface Asked {
  readonly changeType?: string
  readonly notificationUrl?: string
  readonly lifecycleNotificationUrl?: string
  readonly resource?: string
  readonly expirationDateTime?: string
  readonly clientState?: string
}

/** @see https://learn.microsoft.com/en-us/graph/api/resources/subscription */
export function subscriptionsApi(graph: Graph, { send, loopback }: { send: Send; loopback: boolean }): Notifications {
  const { kit } = graph
  const subscriptions: GraphSubscription[] = []
  const living = () =>
    subscriptions.filter(({ expirationDateTime }) => Date.parse(expirationDateTime) > kit.clock.now())
  const find = (id: string | undefined, { id: owner }: EmulatedAccount<MicrosoftAccount>) =>
    living().find((one) => one.id === id && one.owner === owner)
  const notFound = { refused: { status: 404, code: "ResourceNotFound", message: "The object was not found." } }

  graph.add({
    id: "subscriptions.create",
    method: "POST",
    path: "/subscriptions",
    scopes: "subscriptions",
    async answer(call, account, scopes): Promise<GraphAnswer> {
      const asked = ((await call.json()) ?? {}) as Asked
      const { changeType = "", notificationUrl = "", lifecycleNotificationUrl, resource = "", clientState } = asked
      const watched = watchable.find(({ pattern }) => pattern.test(resource))
      if (!watched) return badRequest(`Resource '${resource}' is not supported.`, "InvalidRequest")
      if (!scopes.includes(watched.scope))
        return { refused: { status: 403, code: "ExtensionError", message: "Operation: Create; Exception: Forbidden" } }
      if (!/^(created|updated|deleted)(,(created|updated|deleted))*$/.test(changeType))
        return badRequest("changeType is not valid.", "InvalidRequest")
      if (clientState !== undefined && clientState.length > 128)
        return badRequest("clientState is longer than 128 characters.", "InvalidRequest")
      const end = endOf(kit, asked.expirationDateTime)
      if (end === undefined)
        return badRequest("Subscription expiration can only be 4230 minutes in the future.", "InvalidRequest")
      for (const url of new Set([notificationUrl, lifecycleNotificationUrl ?? notificationUrl])) {
        if (!(await isReady(url)))
          return badRequest(
            "Subscription validation request failed. Notification endpoint must respond with 200 OK to validation request.",
            "ValidationError",
          )
      }
      const made: GraphSubscription = {
        id: kit.random.uuid(),
        owner: account.id,
        resource,
        changeType,
        notificationUrl,
        ...(lifecycleNotificationUrl !== undefined && { lifecycleNotificationUrl }),
        ...(clientState !== undefined && { clientState }),
        expirationDateTime: new Date(end).toISOString(),
      }
      subscriptions.push(made)
      return { status: 201, body: { ...shown(made), clientState: clientState ?? null } }
    },
  })

  graph.add({
    id: "subscriptions.list",
    method: "GET",
    path: "/subscriptions",
    scopes: "subscriptions",
    answer: (_call, { id }) => ({
      body: {
        value: living()
          .filter(({ owner }) => owner === id)
          .map(shown),
      },
    }),
  })

  graph.add({
    id: "subscriptions.update",
    method: "PATCH",
    path: "/subscriptions/{id}",
    scopes: "subscriptions",
    async answer(call: Call, account): Promise<GraphAnswer> {
      const one = find(call.params.id, account)
      if (!one) return notFound
      const { expirationDateTime } = ((await call.json()) ?? {}) as Asked
      const end = endOf(kit, expirationDateTime)
      if (end === undefined)
        return badRequest("Subscription expiration can only be 4230 minutes in the future.", "InvalidRequest")
      const renewed = { ...one, expirationDateTime: new Date(end).toISOString() }
      subscriptions[subscriptions.indexOf(one)] = renewed
      return { body: shown(renewed) }
    },
  })

  graph.add({
    id: "subscriptions.delete",
    method: "DELETE",
    path: "/subscriptions/{id}",
    scopes: "subscriptions",
    answer(call, account): GraphAnswer {
      const one = find(call.params.id, account)
      if (!one) return notFound
      subscriptions.splice(subscriptions.indexOf(one), 1)
      return { status: 204 }
    },
  })

  /** @see https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks#notificationurl-validation */
  async function isReady(address: string): Promise<boolean> {
    const url = URL.canParse(address) ? new URL(address) : undefined
    const isLocal = loopback && url?.hostname === "127.0.0.1"
    if (!url || (url.protocol !== "https:" && !isLocal)) return false
    const token = `Validation: Testing client application reachability for subscription Request-Id: ${kit.random.uuid()}`
    url.searchParams.set("validationToken", token)
    const headers = { "content-type": "text/plain; charset=utf-8" }
    const answer = await send(new Request(url, { method: "POST", headers })).catch(() => undefined)
    if (answer?.status !== 200 || !answer.headers.get("content-type")?.startsWith("text/plain")) return false
    return (await answer.text()) === token
  }

  function post(url: string, value: readonly object[]): Promise<Response> {
    const body = JSON.stringify({ value })
    return send(
      new Request(url, { method: "POST", headers: { "content-type": "application/json; charset=utf-8" }, body }),
    )
  }

  const common = ({ id, expirationDateTime, clientState }: GraphSubscription) => ({
    subscriptionId: id,
    subscriptionExpirationDateTime: expirationDateTime,
    clientState: clientState ?? null,
  })

  return {
    subscriptions,
    changed(owner, kind, changeType, id) {
      const heard = living().filter(
        (one) =>
          one.owner === owner &&
          one.changeType.split(",").includes(changeType) &&
          watchable.some(({ pattern, kind: watched }) => watched === kind && pattern.test(one.resource)),
      )
      const type = kind === "message" ? "Message" : "Event"
      const resource = `Users/${owner}/${type}s/${id}`
      const etag = `W/"${kit.random.string(20)}"`
      const resourceData = { "@odata.type": `#Microsoft.Graph.${type}`, "@odata.id": resource, "@odata.etag": etag, id }
      const told = heard.map((one) =>
        post(one.notificationUrl, [{ ...common(one), changeType, resource, resourceData, tenantId: "" }]),
      )
      return Promise.all(told)
    },
    lifecycle(owner, event) {
      const told = living().filter((one) => one.owner === owner && one.lifecycleNotificationUrl !== undefined)
      if (event === "subscriptionRemoved") for (const one of told) subscriptions.splice(subscriptions.indexOf(one), 1)
      const bodies = told.map((one) =>
        post(one.lifecycleNotificationUrl ?? "", [{ ...common(one), lifecycleEvent: event }]),
      )
      return Promise.all(bodies)
    },
  }
}

/** Later than now and not too late; what is too soon is put off. */
function endOf(kit: EmulatorKit, text: string | undefined): number | undefined {
  const [at, now] = [Date.parse(text ?? ""), kit.clock.now()]
  if (Number.isNaN(at) || at <= now || at > now + mostMs) return undefined
  return Math.max(at, now + leastMs)
}

/** A secret is told to nobody again. */
function shown({ owner, clientState: _secret, ...one }: GraphSubscription): object {
  return { ...one, clientState: null, creatorId: owner }
}
