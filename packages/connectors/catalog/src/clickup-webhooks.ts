import { type Call, isHoldfastError, type Place, type Subscription, type Webhooks } from "@holdfast/core"
import { z } from "zod"
import { idText } from "./app.js"
import { isSignedByAny, parsedJson, unverified } from "./webhook-kit.js"

/** @see https://developer.clickup.com/docs/webhooktaskpayloads */
const payload = z.looseObject({
  event: z.string(),
  webhook_id: z.string(),
  task_id: z.string().optional(),
  history_items: z
    .array(z.looseObject({ id: idText, field: z.string().optional(), before: z.unknown(), after: z.unknown() }))
    .optional(),
})

const events: Readonly<Record<string, { readonly event: string; readonly summary: string }>> = {
  task_created: { event: "taskCreated", summary: "A task was created" },
  task_updated: { event: "taskUpdated", summary: "A task changed; `history_items` says how" },
  task_deleted: { event: "taskDeleted", summary: "A task was deleted" },
  task_status_updated: { event: "taskStatusUpdated", summary: "A task has another status" },
  task_assignee_updated: { event: "taskAssigneeUpdated", summary: "A task was given to somebody, or taken away" },
  task_comment_posted: { event: "taskCommentPosted", summary: "Somebody commented on a task" },
}
const names = new Map(Object.entries(events).map(([name, { event }]) => [event, name]))

const teams = z.looseObject({ teams: z.array(z.looseObject({ id: z.string() })) })
/** @see https://developer.clickup.com/reference/getwebhooks */
const listed = z.looseObject({ webhooks: z.array(z.looseObject({ id: z.string(), endpoint: z.string() })) })
/** @see https://developer.clickup.com/reference/createwebhook */
const made = z.looseObject({ id: z.string(), webhook: z.looseObject({ secret: z.string().min(1) }) })

/**
 * A webhook for each workspace, with a secret that ClickUp chooses.
 * @see https://developer.clickup.com/docs/webhooks
 */
export const webhooks: Webhooks = {
  scheme: "HMAC-SHA256 of the body with the webhook's secret, hex, X-Signature",

  own: {
    // https://developer.clickup.com/docs/webhooksignature
    async verify({ secrets }, { headers, body, text }) {
      if (!(await isSignedByAny(secrets, [body], headers.get("x-signature") ?? "", "hex")))
        throw unverified("clickup", "X-Signature does not fit the body and the secret.")
      const read = payload.safeParse(parsedJson(text)).data
      if (!read) throw unverified("clickup", "The delivery cannot be read.")
      const name = names.get(read.event)
      if (name === undefined) return { is: "events", events: [] }
      // A new task's status is told of too, with the same item of its history.
      const item = read.history_items?.[0]?.id
      const id = item === undefined ? undefined : `${read.webhook_id} ${read.event} ${item}`
      return { is: "events", events: [{ ...(id !== undefined && { id }), name, payload: read }] }
    },
  },

  events: Object.fromEntries(Object.entries(events).map(([name, { summary }]) => [name, { summary, payload }])),

  async subscribe(call, place) {
    const workspaces = (await call.http.get("/team", { output: teams })).teams
    const subscriptions: Subscription[] = []
    for (const { id } of workspaces) {
      const one = await subscribedTo(call, id, place)
      if (one) subscriptions.push(one)
    }
    return subscriptions
  },

  async unsubscribe(call, subscriptions) {
    for (const { data } of subscriptions) await remove(call, data.id ?? "")
  },
}

/** Undefined: this person may not have webhooks there. */
async function subscribedTo(call: Call, team: string, { known, url }: Place): Promise<Subscription | undefined> {
  const path = { team }
  try {
    const there = (await call.http.get("/team/{team}/webhook", { path, output: listed })).webhooks
    const ours = there.filter(({ endpoint }) => endpoint === url).map(({ id }) => id)
    const kept = known.find(({ data, secret }) => secret !== undefined && ours.includes(data.id ?? ""))
    // Their secret came once and is lost.
    for (const id of ours) if (id !== kept?.data.id) await remove(call, id)
    if (kept) return kept
    const json = { endpoint: url, events: [...names.keys()] }
    const { id, webhook } = await call.http.post("/team/{team}/webhook", { path, json, output: made })
    return { data: { id, team }, secret: webhook.secret }
  } catch (error) {
    if (isHoldfastError(error, "forbidden") || isHoldfastError(error, "resource_not_found")) return undefined
    throw error
  }
}

async function remove({ http }: Call, id: string): Promise<void> {
  await http.delete("/webhook/{id}", { path: { id } }).catch((error: unknown) => {
    if (!isHoldfastError(error, "resource_not_found")) throw error
  })
}
