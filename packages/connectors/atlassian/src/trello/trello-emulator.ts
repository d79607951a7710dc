import {
  type Call,
  createEmulator,
  type DeliverySignature,
  type Emulator,
  type EmulatorClock,
  json,
  oauth1Server,
} from "@holdfast/emulator"
import { type TrelloWebhook, trelloSignature, trelloWebhooks } from "./trello-emulator-webhooks.js"

/** The Power-Up that the emulator knows, under the names of the connector's options. */
export const trelloApp = {
  clientId: "9f2c61e0b7a84d35c1f0e6d28b4a7391",
  clientSecret: "trello-power-up-secret-5b1e0c97",
} as const

/** Who can allow access. */
export const defaultMembers = [
  { id: "5abbe4b7ddc1b351ef961414", username: "first", fullName: "First member", email: "first@trello.example" },
  { id: "5abbe4b7ddc1b351ef961415", username: "second", fullName: "Second member", email: "second@trello.example" },
] as const

/** What is there from the start: the first member's board; the second has one of their own. */
export const seededIds = {
  board: "64b0c0ffee0000000000b001",
  foreignBoard: "64b0c0ffee0000000000b002",
  todo: "64b0c0ffee0000000000a001",
  done: "64b0c0ffee0000000000a002",
  card: "64b0c0ffee0000000000c001",
} as const

export interface TrelloEmulatorOptions {
  /** Where callbacks may go: their origins count. */
  readonly redirectUris?: readonly string[]
  readonly clock?: EmulatorClock
  /** How an address answers that Trello is asked to deliver to: it looks there first, by HEAD. Default: with 200. */
  readonly look?: (request: Request) => Promise<Response>
}

interface Card {
  id: string
  name: string
  desc: string
  idList: string
  idBoard: string
  closed: boolean
  due: string | null
}
interface Comment {
  readonly card: string
  readonly text: string
}

export interface TrelloProvider {
  readonly cards: Card[]
  readonly comments: Comment[]
  readonly webhooks: TrelloWebhook[]
  readonly signature: DeliverySignature
}
export interface TrelloEmulator extends Emulator<TrelloProvider> {}

const api = "https://api.trello.com"
const site = "https://trello.com"
const lifetimes: Readonly<Record<string, number | "never">> = {
  "1hour": 3_600,
  "1day": 86_400,
  "30days": 30 * 86_400,
  never: "never",
}

/**
 * Trello as its documentation has it: OAuth 1.0a with allowed origins, scopes, tokens that end after 30 days unless asked otherwise, and
 * refusals as lines of text, and webhooks of a token.
 * @see https://developer.atlassian.com/cloud/trello/guides/rest-api/authorization/
 */
export function createTrelloEmulator(options: TrelloEmulatorOptions = {}): TrelloEmulator {
  const { redirectUris = ["https://app.example.com/oauth/callback/trello"], clock } = options
  return createEmulator<TrelloProvider>({
    name: "trello",
    origins: [site, api],
    ...(clock && { clock }),
    setup(kit) {
      const oauth = oauth1Server(kit, {
        requestTokenEndpoint: `${site}/1/OAuthGetRequestToken`,
        authorizationEndpoint: `${site}/1/OAuthAuthorizeToken`,
        accessTokenEndpoint: `${site}/1/OAuthGetAccessToken`,
        clients: [{ ...trelloApp, redirectUris, name: "Your Power-Up" }],
        callback: "origin",
        accounts: defaultMembers.map((member) => ({ id: member.id, label: member.fullName, data: member })),
        scopes: ["read", "write", "account"],
        defaultScopes: ["read"],
        accessTokenSeconds: ({ expiration = "30days" }) => lifetimes[expiration] ?? 30 * 86_400,
        tokenValue: (_kind, random) => random.toLowerCase(),
        errorResponse: ({ reason, status }) =>
          line(status, reason === "consumer_key_unknown" ? "invalid key" : "invalid token"),
      })
      const cards: Card[] = [card(seededIds.card, "Write it down", seededIds.todo)]
      const comments: Comment[] = []
      const boards = [
        {
          id: seededIds.board,
          name: "First board",
          closed: false,
          url: `${site}/b/first`,
          owner: defaultMembers[0].id,
        },
        {
          id: seededIds.foreignBoard,
          name: "Other board",
          closed: false,
          url: `${site}/b/other`,
          owner: defaultMembers[1].id,
        },
      ]
      const lists = [
        { id: seededIds.todo, name: "To do", closed: false, idBoard: seededIds.board },
        { id: seededIds.done, name: "Done", closed: false, idBoard: seededIds.board },
      ]

      /** Answers for the member whose token signed it. */
      const route = (
        method: "GET" | "POST" | "PUT" | "DELETE",
        path: string,
        answer: (call: Call, member: (typeof defaultMembers)[number], grantId: string) => unknown,
      ) =>
        kit.route(method, api, `/1${path}`, async (call) => {
          const found = await oauth.inspect(call)
          if (found.is === "refused") return oauth.refuse(found.refusal, call)
          call.note({ grantId: found.grant.id })
          if (!found.scopes.includes(method === "GET" ? "read" : "write"))
            return line(401, "unauthorized permission requested")
          const answered = await answer(call, found.account.data, found.grant.id)
          return answered instanceof Response ? answered : json(answered)
        })
      const seen = (id: string | undefined, owner: string) => {
        const board = boards.find((one) => one.id === id)
        if (!board) return line(404, "The requested resource was not found.")
        return board.owner === owner ? board : line(401, "unauthorized permission requested")
      }
      const cardOf = (call: Call, owner: string) => {
        const found = cards.find(({ id }) => id === call.params.id)
        if (!/^[0-9a-f]{24}$/.test(call.params.id ?? "")) return line(400, "invalid id")
        if (!found) return line(404, "The requested resource was not found.")
        const board = seen(found.idBoard, owner)
        return board instanceof Response ? line(401, "unauthorized card permission requested") : found
      }
      const within = (filter: string | null) => (one: { closed: boolean }) =>
        filter === "all" || one.closed === (filter === "closed")

      route("GET", "/members/me", (_call, member) => member)
      route("GET", "/members/me/boards", ({ url }, { id }) =>
        boards
          .filter(({ owner }) => owner === id)
          .filter(within(url.searchParams.get("filter")))
          .map(({ owner: _, ...board }) => board),
      )
      route("GET", "/boards/{id}/lists", ({ url, params }, member) => {
        const board = seen(params.id, member.id)
        if (board instanceof Response) return board
        return lists.filter(({ idBoard }) => idBoard === board.id).filter(within(url.searchParams.get("filter")))
      })
      route("GET", "/boards/{id}/cards", ({ url, params }, member) => {
        const board = seen(params.id, member.id)
        if (board instanceof Response) return board
        const before = url.searchParams.get("before")
        return cards
          .filter((one) => one.idBoard === board.id && !one.closed && (before === null || one.id < before))
          .sort((left, right) => (left.id < right.id ? 1 : -1))
          .slice(0, Number(url.searchParams.get("limit") ?? 1_000))
      })
      route("POST", "/cards", async (call, member) => {
        const { idList, name, desc = "", due = null } = ((await call.json()) ?? {}) as Partial<Card>
        const list = lists.find(({ id }) => id === idList)
        if (!list) return line(400, "invalid value for idList")
        const board = seen(list.idBoard, member.id)
        if (board instanceof Response) return board
        const id = `64b0c0ffee0000000000c${String(cards.length + 1).padStart(3, "0")}`
        const created = { ...card(id, name ?? "", list.id), desc, due }
        cards.push(created)
        return created
      })
      route("PUT", "/cards/{id}", async (call, member) => {
        const found = cardOf(call, member.id)
        if (found instanceof Response) return found
        const { idList } = ((await call.json()) ?? {}) as Partial<Card>
        if (!lists.some(({ id }) => id === idList)) return line(400, "invalid value for idList")
        return Object.assign(found, { idList })
      })
      route("POST", "/cards/{id}/actions/comments", async (call, member) => {
        const found = cardOf(call, member.id)
        if (found instanceof Response) return found
        const { text = "" } = ((await call.json()) ?? {}) as { text?: string }
        if (text === "") return line(400, "invalid value for text")
        comments.push({ card: found.id, text })
        return { id: kit.random.id("", 24), type: "commentCard", data: { text, card: { id: found.id } } }
      })
      const look = options.look ?? (async () => new Response(null))
      const webhooks = trelloWebhooks(kit, { route, seen, line, look })
      kit.route("DELETE", api, "/1/tokens/{token}", async (call) => {
        const found = await oauth.inspect(call)
        if (found.is === "refused") return oauth.refuse(found.refusal, call)
        kit.countRevocation()
        const gone = oauth.revokeToken(call.params.token ?? "", "grant")
        if (gone) webhooks.splice(0, webhooks.length, ...webhooks.filter(({ grantId }) => grantId !== found.grant.id))
        return gone ? json({ _value: null }) : line(404, "token not found")
      })
      kit.notFound(() => line(404, "The requested resource was not found."))
      return { cards, comments, webhooks, signature: trelloSignature(trelloApp.clientSecret) }
    },
  })
}

function card(id: string, name: string, idList: string): Card {
  return { id, name, desc: "", idList, idBoard: seededIds.board, closed: false, due: null }
}

/** Trello refuses with a line of text. @see https://developer.atlassian.com/cloud/trello/guides/rest-api/status-codes/ */
function line(status: number, text: string): Response {
  return new Response(text, { status, headers: { "content-type": "text/plain; charset=utf-8" } })
}
