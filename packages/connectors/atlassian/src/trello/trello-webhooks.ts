import {
  type Call,
  HoldfastError,
  hmac,
  isHoldfastError,
  isSameText,
  type Place,
  type Subscription,
  type Webhooks,
} from "@holdfast/core"
import { z } from "zod"

/** @see https://developer.atlassian.com/cloud/trello/guides/rest-api/action-types/ */
const payload = z.looseObject({
  action: z.looseObject({
    id: z.string(),
    type: z.string(),
    date: z.string().optional(),
    idMemberCreator: z.string().optional(),
    data: z.looseObject({ listAfter: z.looseObject({}).optional() }),
  }),
  model: z.looseObject({ id: z.string() }),
})

const names: Readonly<Record<string, string>> = {
  createCard: "card_created",
  copyCard: "card_created",
  convertToCardFromCheckItem: "card_created",
  emailCard: "card_created",
  updateCard: "card_updated",
  moveCardToBoard: "card_moved",
  deleteCard: "card_deleted",
  commentCard: "comment_added",
  updateBoard: "board_updated",
}

/** @see https://developer.atlassian.com/cloud/trello/rest/api-group-webhooks/ */
const webhook = z.looseObject({ id: z.string(), callbackURL: z.string(), active: z.boolean() })
const boards = z.array(z.looseObject({ id: z.string() }))

const mostBoards = 200

export const webhooks: Webhooks = {
  scheme: "HMAC-SHA1 of {body}{callbackURL} with the app's secret, base64, X-Trello-Webhook",
  events: {
    card_created: { summary: "A card was created, copied, mailed or made of a checklist's item", payload },
    card_updated: { summary: "A card was changed", payload },
    card_moved: { summary: "A card was moved to another list or board", payload },
    card_deleted: { summary: "A card was deleted", payload },
    comment_added: { summary: "A card was commented on", payload },
    board_updated: { summary: "A board was changed", payload },
  },

  own: {
    // https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/#webhook-signatures
    async verify({ app }, { method, url, headers, body, text }) {
      // Trello looks whether the address answers before it makes a webhook, and signs nothing then.
      if (method === "HEAD") return { is: "handshake", response: new Response(null, { status: 200 }) }
      const secret = app?.fields.clientSecret
      const signature = headers.get("x-trello-webhook") ?? ""
      if (!secret || !isSameText(await hmac("SHA-1", secret, [body, url], "base64"), signature)) throw unverified()
      const read = payload.safeParse(parsed(text))
      if (!read.success) throw unverified()
      const { id, type, data } = read.data.action
      const name = type === "updateCard" && data.listAfter ? "card_moved" : names[type]
      // The same action comes once for every webhook that it concerns, under the same id.
      return { is: "events", events: name === undefined ? [] : [{ id, name, payload: read.data }] }
    },
  },

  // Webhooks belong to the token that made them, and end with it.
  async subscribe(call, place) {
    const query = { filter: "open", fields: "id" }
    const open = await call.http.get("/members/me/boards", { query, output: boards })
    if (open.length > mostBoards) call.context.log.warn(`events come of ${mostBoards} boards: there are ${open.length}`)
    const made: Subscription[] = []
    for (const { id } of open.slice(0, mostBoards)) made.push(await watched(call, place, id))
    return made
  },

  async unsubscribe(call, subscriptions) {
    for (const { data } of subscriptions) if (data.webhookId !== undefined) await remove(call, data.webhookId)
  },
}

async function watched(call: Call, place: Place, boardId: string): Promise<Subscription> {
  const known = place.known.find(({ data }) => data.boardId === boardId)
  const there = known?.data.webhookId === undefined ? undefined : await webhookOf(call, known.data.webhookId)
  if (known && there?.active && there.callbackURL === place.url) return known
  if (there) await remove(call, there.id)
  try {
    const json = { callbackURL: place.url, idModel: boardId, description: "Holdfast" }
    const { id } = await call.http.post("/webhooks", { json, output: webhook })
    return { data: { boardId, webhookId: id } }
  } catch (error) {
    // Made by an earlier call that could not tell of it: it delivers, and goes with the token. Trello names its id in no other way than
    // to an address with the token in it.
    if (isHoldfastError(error, "input_invalid") && error.details.providerCode === alreadyThere) {
      return { data: { boardId } }
    }
    throw error
  }
}

/** Trello's refusal to make the same webhook twice, as `errors` reads it. */
export const alreadyThere = "a_webhook_with_that_callback_model_and_token_already_exists"

/** Undefined: it is gone, or belongs to a token of before. */
async function webhookOf({ http }: Call, id: string): Promise<z.infer<typeof webhook> | undefined> {
  try {
    return await http.get("/webhooks/{id}", { path: { id }, output: webhook })
  } catch (error) {
    if (isHoldfastError(error, "resource_not_found")) return undefined
    throw error
  }
}

async function remove({ http }: Call, id: string): Promise<void> {
  await http.delete("/webhooks/{id}", { path: { id } }).catch((error: unknown) => {
    if (!isHoldfastError(error, "resource_not_found")) throw error
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function unverified(): HoldfastError {
  return new HoldfastError("webhook_unverified")
}
