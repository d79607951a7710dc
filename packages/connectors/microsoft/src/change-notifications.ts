// https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks
import {
  type Call,
  HoldfastError,
  isHoldfastError,
  isSameText,
  parsedJson,
  type Subscription,
  type Webhooks,
} from "@holdfast/core"
import { z } from "zod"

/** What is watched, and what is heard of it. */
interface Watched {
  /** Without the base URL: `me/events`. */
  readonly resource: string
  /** The permission that lets one watch it; one that writes as well is not said to do. */
  readonly scope: string
  /** Our event for each change type. */
  readonly changes: Readonly<Partial<Record<"created" | "updated" | "deleted", string>>>
  readonly summaries: Readonly<Record<string, string>>
}

// The documentation has had 4,230 and 10,080 minutes as the longest life of a subscription to Outlook. A day is well within both, and a
// subscription that Graph has removed is made again that soon. Renewing it also answers `reauthorizationRequired`.
const lifeMs = 24 * 3_600_000

/** https://learn.microsoft.com/en-us/graph/api/resources/subscription */
const subscription = z.looseObject({
  id: z.string().min(1),
  resource: z.string(),
  notificationUrl: z.string().nullish(),
  expirationDateTime: z.string(),
})
const subscriptions = z.looseObject({ value: z.array(subscription) })

/** https://learn.microsoft.com/en-us/graph/api/resources/changenotification */
const notification = z.looseObject({
  id: z.string().max(200).nullish(),
  subscriptionId: z.string().max(200),
  clientState: z.string(),
  changeType: z.enum(["created", "updated", "deleted"]).nullish(),
  lifecycleEvent: z.enum(["reauthorizationRequired", "subscriptionRemoved", "missed"]).nullish(),
  resource: z.string().nullish(),
  tenantId: z.string().nullish(),
  resourceData: z.looseObject({ id: z.string(), "@odata.etag": z.string().optional() }).nullish(),
})
const collection = z.looseObject({ value: z.array(notification).min(1).max(1_000) })

const changed = z.looseObject({ id: z.string(), resource: z.string(), subscriptionId: z.string() })
const lifecycle = z.looseObject({ subscriptionId: z.string() })

// https://learn.microsoft.com/en-us/graph/change-notifications-lifecycle-events
const lifecycleNames = {
  reauthorizationRequired: "reauthorization_required",
  subscriptionRemoved: "subscription_removed",
  missed: "notifications_missed",
} as const

/** Change notifications of one resource, for each connection at an address of its own. */
export function changeNotifications({ resource, scope, changes, summaries }: Watched): Webhooks {
  const asked = { changeType: Object.keys(changes).join(","), resource }
  return {
    scheme: "clientState, a secret that we chose, in the body of each notification; compared in constant time",
    own: {
      async verify({ account, secrets }, delivery) {
        const token = new URL(delivery.url).searchParams.get("validationToken")
        if (token !== null) return handshake(token)
        const { value } = collection.safeParse(parsedJson(delivery.text)).data ?? {}
        const isProved = (text: string) => secrets.filter((secret) => isSameText(secret, text)).length > 0
        const isGenuine = value?.map(({ clientState }) => isProved(clientState)).every(Boolean)
        if (!value || !isGenuine) throw new HoldfastError("webhook_unverified")
        const events = value.flatMap((one) => {
          const { id, subscriptionId, changeType, lifecycleEvent, resource: where, tenantId, resourceData } = one
          const name = lifecycleEvent ? lifecycleNames[lifecycleEvent] : changeType ? changes[changeType] : undefined
          if (name === undefined) return []
          const etag = resourceData?.["@odata.etag"]
          const repeat = id ?? (resourceData && etag && `${subscriptionId}:${changeType}:${resourceData.id}:${etag}`)
          // Field by field: the secret is among the others.
          const payload = lifecycleEvent
            ? { subscriptionId, ...(tenantId && { tenantId }) }
            : {
                id: resourceData?.id ?? "",
                resource: where ?? "",
                subscriptionId,
                changeType,
                ...(tenantId && { tenantId }),
              }
          return [{ name, accountId: account.id, payload, ...(repeat && { id: repeat }) }]
        })
        return { is: "events", events, response: new Response(null, { status: 202 }) }
      },
    },
    events: {
      ...Object.fromEntries(
        Object.values(changes).map((name) => [name, { summary: summaries[name] ?? name, payload: changed }]),
      ),
      notifications_missed: { summary: "Notifications were lost: read what may have changed", payload: lifecycle },
      subscription_removed: {
        summary: "Microsoft ended the subscription: it is made again within a day",
        payload: lifecycle,
      },
      reauthorization_required: {
        summary: "Notifications pause until the subscription is renewed",
        payload: lifecycle,
      },
    },

    async subscribe(call, place) {
      // Asked for other scopes, it may not watch; asking in vain would not change that.
      if (call.granted && !call.granted.includes(scope)) return []
      const { value } = await call.http.get("/subscriptions", { output: subscriptions })
      const there = value.find(
        (one) =>
          one.notificationUrl === place.url &&
          isSameResource(one.resource, resource) &&
          endOf(one) > call.context.clock.now(),
      )
      if (there) return [madeOf(there, place.secret)]
      const made = await call.http.post("/subscriptions", {
        json: {
          ...asked,
          notificationUrl: place.url,
          lifecycleNotificationUrl: place.url,
          clientState: place.secret,
          expirationDateTime: lastDay(call),
        },
        output: subscription,
      })
      return [madeOf(made, place.secret)]
    },
    async renew(call, { data }, place) {
      const renewed = await call.http.patch("/subscriptions/{id}", {
        path: { id: data.id ?? "" },
        json: { expirationDateTime: lastDay(call) },
        output: subscription,
      })
      return madeOf(renewed, place.secret)
    },
    async unsubscribe({ http }, made) {
      for (const { data } of made) {
        await http.delete("/subscriptions/{id}", { path: { id: data.id ?? "" } }).catch((error: unknown) => {
          if (!isHoldfastError(error, "resource_not_found")) throw error
        })
      }
    },
  }
}

/**
 * The token goes back as it came, as text: nothing is signed with it, and whoever sends one must know the connection's address.
 * "Never any value containing HTML": https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks#notificationurl-validation
 */
function handshake(token: string) {
  if (token === "" || token.length > 2_000 || /[<>\r\n]/.test(token)) throw new HoldfastError("webhook_unverified")
  const headers = { "content-type": "text/plain", "x-content-type-options": "nosniff" }
  return { is: "handshake", response: new Response(token, { headers }) } as const
}

function madeOf(made: z.output<typeof subscription>, secret: string): Subscription {
  return { data: { id: made.id }, secret, expiresAt: endOf(made) }
}

function endOf({ expirationDateTime }: z.output<typeof subscription>): number {
  return Date.parse(expirationDateTime)
}

function lastDay({ context }: Call): string {
  return new Date(context.clock.now() + lifeMs).toISOString()
}

/** Graph lists them with a leading slash or without. */
function isSameResource(listed: string, ours: string): boolean {
  return listed.replace(/^\//, "").toLowerCase() === ours.toLowerCase()
}
