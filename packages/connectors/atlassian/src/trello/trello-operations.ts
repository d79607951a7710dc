import { type Call, operation } from "@holdfast/core"
import { z } from "zod"

const board = z.looseObject({ id: z.string(), name: z.string(), url: z.string().optional(), closed: z.boolean() })
const list = z.looseObject({ id: z.string(), name: z.string(), closed: z.boolean(), idBoard: z.string() })
const card = z.looseObject({
  id: z.string(),
  name: z.string(),
  desc: z.string(),
  idList: z.string(),
  idBoard: z.string(),
  closed: z.boolean(),
  due: z.string().nullish(),
  shortUrl: z.string().optional(),
})
const comment = z.looseObject({ id: z.string(), type: z.string(), data: z.looseObject({ text: z.string() }) })

const boardId = z.string().min(1).describe("In the board's address, behind /b/, or the long id")
const listId = z.string().min(1).describe("From list_lists")
const cardId = z.string().min(1).describe("In the card's address, behind /c/, or the long id")
const mostCards = 1_000

// https://developer.atlassian.com/cloud/trello/rest/api-group-members/#api-members-id-boards-get
const list_boards = operation({
  summary: "List the boards of the connected member",
  effect: "read",
  input: z.object({ filter: z.enum(["open", "closed", "all"]).default("open") }),
  output: z.object({ boards: z.array(board) }),
  async run({ http }: Call, { filter }) {
    return { boards: await http.get("/members/me/boards", { query: { filter }, output: z.array(board) }) }
  },
})

// https://developer.atlassian.com/cloud/trello/rest/api-group-boards/#api-boards-id-lists-get
const list_lists = operation({
  summary: "List the lists of a board",
  effect: "read",
  input: z.object({ boardId, filter: z.enum(["open", "closed", "all"]).default("open") }),
  output: z.object({ lists: z.array(list) }),
  async run({ http }: Call, { boardId, filter }) {
    const lists = await http.get("/boards/{boardId}/lists", {
      path: { boardId },
      query: { filter },
      output: z.array(list),
    })
    return { lists }
  },
})

// https://developer.atlassian.com/cloud/trello/guides/rest-api/nested-resources/ and https://developer.atlassian.com/cloud/trello/rest/api-group-boards/#api-boards-id-cards-get
const list_cards = operation({
  summary: "List the cards of a board, newest first",
  effect: "read",
  input: z.object({
    boardId,
    limit: z.number().int().min(1).max(mostCards).default(100),
    before: z.string().optional().describe("Id of a card: only older ones come"),
  }),
  output: z.object({ cards: z.array(card), nextBefore: z.string().optional() }),
  pages: {
    items: ({ cards }) => cards,
    next: ({ nextBefore }) => (nextBefore === undefined ? undefined : { before: nextBefore }),
  },
  async run({ http }: Call, { boardId, limit, before }) {
    const cards = await http.get("/boards/{boardId}/cards", {
      path: { boardId },
      query: { limit, sort: "-id", ...(before !== undefined && { before }) },
      output: z.array(card),
    })
    const last = cards.at(-1)
    return { cards, ...(cards.length === limit && last && { nextBefore: last.id }) }
  },
})

// https://developer.atlassian.com/cloud/trello/rest/api-group-cards/#api-cards-post
const create_card = operation({
  summary: "Create a card at the end of a list",
  effect: "write",
  input: z.object({
    listId,
    name: z.string().min(1).max(16_384),
    desc: z.string().max(16_384).optional(),
    due: z.iso.datetime().optional(),
  }),
  output: card,
  trace: ["id"],
  run: ({ http }: Call, { listId, ...fields }) =>
    http.post("/cards", { json: { idList: listId, pos: "bottom", ...fields }, output: card }),
})

// https://developer.atlassian.com/cloud/trello/rest/api-group-cards/#api-cards-id-actions-comments-post
const add_comment = operation({
  summary: "Comment on a card",
  effect: "write",
  input: z.object({ cardId, text: z.string().min(1).max(16_384) }),
  output: comment,
  trace: ["id"],
  run: ({ http }: Call, { cardId, text }) =>
    http.post("/cards/{cardId}/actions/comments", { path: { cardId }, json: { text }, output: comment }),
})

// https://developer.atlassian.com/cloud/trello/rest/api-group-cards/#api-cards-id-put
const move_card = operation({
  summary: "Move a card to another list",
  effect: "write",
  input: z.object({ cardId, listId, position: z.enum(["top", "bottom"]).default("bottom") }),
  output: card,
  trace: ["id", "idList"],
  run: ({ http }: Call, { cardId, listId, position }) =>
    http.put("/cards/{cardId}", { path: { cardId }, json: { idList: listId, pos: position }, output: card }),
})

/** What can be done at Trello. */
export const operations = { list_boards, list_lists, list_cards, create_card, add_comment, move_card }
