import { type Call, isHoldfastError, type Place, type Subscription, type Webhooks } from "@holdfast/core"
import { z } from "zod"
import { isSignedByAny, parsedJson, unverified } from "./webhook-kit.js"

const named = z.looseObject({ gid: z.string(), resource_type: z.string().optional() })

/** @see https://developers.asana.com/reference/events */
const event = z.looseObject({
  action: z.string(),
  created_at: z.string(),
  resource: named,
  user: named.nullish(),
  parent: named.nullish(),
  change: z.looseObject({ field: z.string().optional() }).nullish(),
})
/** Without events it is a heartbeat: once when a webhook begins, and every eight hours. */
const delivery = z.looseObject({ events: z.array(event) })

/**
 * @see https://developers.asana.com/reference/createwebhook
 * @see https://github.com/Asana/openapi/blob/master/defs/asana_oas.yaml
 */
const made = z.looseObject({
  data: z.looseObject({ gid: z.string() }),
  "X-Hook-Secret": z.string().min(1),
})
/** @see https://developers.asana.com/reference/getwebhooks */
const listed = z.looseObject({
  data: z.array(z.looseObject({ gid: z.string(), target: z.string().nullish(), resource: named.nullish() })),
  next_page: z.looseObject({ offset: z.string() }).nullish(),
})
const things = z.looseObject({ data: z.array(z.looseObject({ gid: z.string() })) })

const actions = ["added", "changed", "removed", "deleted", "undeleted"] as const
const names: ReadonlyMap<string, string> = new Map(actions.map((action) => [action, `task_${action}`]))

/** What webhooks take, beside reading projects. @see https://developers.asana.com/docs/oauth-scopes */
export const webhookScopes = ["webhooks:read", "webhooks:write", "webhooks:delete"]

/** Each project has a webhook of its own: those of workspaces hear nothing of tasks. */
const mostProjects = 50
const mostPages = 10

/**
 * A webhook for each project, whose secret comes in a handshake while it is being made.
 * @see https://developers.asana.com/docs/webhooks-guide
 */
export const webhooks: Webhooks = {
  scheme: "HMAC-SHA256 of the body with the webhook's X-Hook-Secret, hex, X-Hook-Signature",

  own: {
    async verify({ secrets }, { headers, body, text }) {
      const handed = headers.get("x-hook-secret")
      if (handed !== null) {
        if (!/^[\w-]{16,256}$/.test(handed)) throw unverified("asana", "X-Hook-Secret is no secret.")
        return {
          is: "handshake",
          response: new Response(null, { status: 204, headers: { "x-hook-secret": handed } }),
          secret: handed,
        }
      }
      if (!(await isSignedByAny(secrets, [body], headers.get("x-hook-signature") ?? "", "hex")))
        throw unverified("asana", "X-Hook-Signature does not fit the body and the secret.")
      const read = delivery.safeParse(parsedJson(text)).data
      if (!read) throw unverified("asana", "The delivery cannot be read.")
      const events = read.events.flatMap((payload) => {
        const name = payload.resource.resource_type === "task" ? names.get(payload.action) : undefined
        return name === undefined ? [] : [{ id: idOf(payload), name, payload }]
      })
      return { is: "events", events }
    },
  },

  events: {
    task_added: { summary: "A task was made, or put into a project", payload: event },
    task_changed: { summary: "A field of a task changed; which one, `change` says", payload: event },
    task_removed: { summary: "A task was taken out of a project", payload: event },
    task_deleted: { summary: "A task was deleted", payload: event },
    task_undeleted: { summary: "A deleted task was brought back", payload: event },
  },

  async subscribe(call, place) {
    const needed = ["workspaces:read", "projects:read", ...webhookScopes]
    // A consent without them is as good as before, and hears nothing.
    if (call.granted && !needed.every((scope) => call.granted?.includes(scope))) return []
    const workspaces = (await call.http.get("/workspaces", { query: { limit: 100 }, output: things })).data
    const subscriptions: Subscription[] = []
    for (const workspace of workspaces) {
      const room = mostProjects - subscriptions.length
      if (room <= 0) break
      subscriptions.push(...(await subscribedIn(call, workspace.gid, place, room)))
    }
    return subscriptions
  },

  async unsubscribe(call, subscriptions) {
    for (const { data } of subscriptions) await remove(call, data.gid ?? "")
  },
}

/** Asana has no ids of events. Two webhooks that tell of the same change tell it once. */
function idOf({ action, change, created_at, parent, resource }: z.infer<typeof event>): string {
  return [created_at, action, resource.gid, change?.field ?? "", parent?.gid ?? ""].join(" ")
}

async function subscribedIn(call: Call, workspace: string, place: Place, most: number): Promise<Subscription[]> {
  const there = (await webhooksOf(call, workspace)).filter(({ target }) => target === place.url)
  const query = { workspace, archived: false, limit: most }
  const projects = (await call.http.get("/projects", { query, output: things })).data
  const subscriptions: Subscription[] = []
  for (const { gid: project } of projects) {
    const known = place.known.find(
      ({ data, secret }) =>
        data.project === project && secret !== undefined && there.some(({ gid }) => gid === data.gid),
    )
    // Its secret came once and is lost.
    for (const { gid, resource } of there) if (!known && resource?.gid === project) await remove(call, gid)
    const one = known ?? (await create(call, project, place.url))
    if (one) subscriptions.push(one)
  }
  return subscriptions
}

async function webhooksOf({ http }: Call, workspace: string): Promise<z.infer<typeof listed>["data"]> {
  const found: z.infer<typeof listed>["data"] = []
  for (let count = 0, offset: string | undefined; count < mostPages; count++) {
    const page = await http.get("/webhooks", { query: { workspace, limit: 100, offset }, output: listed })
    found.push(...page.data)
    offset = page.next_page?.offset
    if (offset === undefined) break
  }
  return found
}

/** Undefined: this person may not have webhooks there. */
async function create({ http }: Call, project: string, target: string): Promise<Subscription | undefined> {
  const filters = actions.map((action) => ({ resource_type: "task", action }))
  try {
    const answer = await http.post("/webhooks", {
      json: { data: { resource: project, target, filters } },
      output: made,
    })
    return { data: { gid: answer.data.gid, project }, secret: answer["X-Hook-Secret"] }
  } catch (error) {
    if (isHoldfastError(error, "forbidden") || isHoldfastError(error, "resource_not_found")) return undefined
    throw error
  }
}

async function remove({ http }: Call, gid: string): Promise<void> {
  await http.delete("/webhooks/{gid}", { path: { gid } }).catch((error: unknown) => {
    if (!isHoldfastError(error, "resource_not_found")) throw error
  })
}
