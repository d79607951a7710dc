import { type Call, type Delivery, type DeliverySignature, type EmulatorKit, hmac, json } from "@holdfast/emulator"

/** What Trello was asked to deliver, by one token. */
export interface TrelloWebhook {
  readonly id: string
  readonly description: string
  readonly idModel: string
  readonly callbackURL: string
  active: boolean
  /** The token's. Not shown. */
  readonly grantId: string
}

/** What routes of the API are made with: they answer for whom a token is of. */
export interface TokenRoutes {
  route(
    method: "GET" | "POST" | "DELETE",
    path: string,
    answer: (call: Call, member: { readonly id: string }, grantId: string) => unknown,
  ): void
  /** A board that the member sees, or a refusal. */
  seen(id: string | undefined, owner: string): unknown
  line(status: number, text: string): Response
  /** How an address answers when Trello looks at it. */
  look(request: Request): Promise<Response>
}

/**
 * Webhooks of a token: made once their address answered a HEAD with 200, one for each address and model.
 * @see https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/
 * @see https://developer.atlassian.com/cloud/trello/rest/api-group-webhooks/
 */
export function trelloWebhooks(kit: EmulatorKit, { line, look, route, seen }: TokenRoutes): TrelloWebhook[] {
  const webhooks: TrelloWebhook[] = []
  const shown = ({ grantId: _, ...webhook }: TrelloWebhook) => json(webhook)
  const ofToken = ({ params }: Call, grantId: string): TrelloWebhook | Response => {
    const found = webhooks.find(({ id }) => id === params.id)
    if (!found) return line(404, "The requested resource was not found.")
    return found.grantId === grantId ? found : line(401, "webhook does not belong to token")
  }

  route("POST", "/webhooks", async (call, member, grantId) => {
    const asked = ((await call.json()) ?? {}) as Partial<TrelloWebhook>
    const { callbackURL = "", description = "", idModel = "" } = asked
    const board = seen(idModel, member.id)
    if (board instanceof Response) return board
    if (!URL.canParse(callbackURL)) return line(400, "invalid value for callbackURL")
    const answer = await look(new Request(callbackURL, { method: "HEAD" })).catch(() => undefined)
    if (answer?.status !== 200) {
      const got = answer ? `, got ${answer.status} instead` : ""
      return line(400, `URL (${callbackURL}) did not return 200 status code${got}`)
    }
    if (webhooks.some((one) => one.grantId === grantId && one.callbackURL === callbackURL && one.idModel === idModel))
      return line(400, "A webhook with that callback, model, and token already exists")
    const id = kit.random.string(24, "0123456789abcdef")
    const made = { id, description, idModel, callbackURL, active: true, grantId }
    webhooks.push(made)
    return shown(made)
  })
  route("GET", "/webhooks/{id}", (call, _member, grantId) => {
    const found = ofToken(call, grantId)
    return found instanceof Response ? found : shown(found)
  })
  route("DELETE", "/webhooks/{id}", (call, _member, grantId) => {
    const found = ofToken(call, grantId)
    if (found instanceof Response) return found
    webhooks.splice(webhooks.indexOf(found), 1)
    return json({ _value: null })
  })
  return webhooks
}

/** What Trello posts about an action on a board. @see https://developer.atlassian.com/cloud/trello/guides/rest-api/action-types/ */
export function trelloDelivery(
  type: string,
  board: { readonly id: string; readonly name: string },
  more: { readonly id?: string; readonly data?: Readonly<Record<string, unknown>> } = {},
): Delivery {
  const { id = "64b0c0ffee0000000000e001", data } = more
  return {
    body: {
      model: board,
      action: {
        id,
        idMemberCreator: "5abbe4b7ddc1b351ef961414",
        type,
        date: "2026-01-05T10:00:00.000Z",
        data: { board, card: { id: "64b0c0ffee0000000000c001", name: "Write it down" }, ...data },
      },
      webhook: { idModel: board.id, active: true },
    },
  }
}

/** Signs with the app's secret, over the body and the address as it was asked for. */
export function trelloSignature(secret: string): DeliverySignature {
  return {
    async sign({ body, url }) {
      const signed = new Uint8Array([...body, ...new TextEncoder().encode(url)])
      return { "x-trello-webhook": await hmac("SHA-1", secret, signed, "base64") }
    },
    withForeignSecret: () => trelloSignature(`${secret}-of-another-app`),
  }
}
