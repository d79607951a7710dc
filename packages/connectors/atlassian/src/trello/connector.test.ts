import { connectorSuite } from "@holdfast/testing"
import { type TrelloConnector, type TrelloOptions, trello } from "./trello.js"
import { createTrelloEmulator, defaultMembers, seededIds, type TrelloEmulator, trelloApp } from "./trello-emulator.js"
import { trelloDelivery } from "./trello-emulator-webhooks.js"

const [first] = defaultMembers
const board = { id: seededIds.board, name: "First board" }

connectorSuite<TrelloConnector, TrelloOptions, TrelloEmulator>(trello, {
  emulator: ({ redirectUri }) => createTrelloEmulator({ redirectUris: [redirectUri] }),
  app: trelloApp,
  methods: {
    oauth: {
      account: { id: first.id, label: first.fullName, email: first.email, data: { username: first.username } },
    },
  },
  operations: {
    list_boards: { answer: { boards: [{ id: seededIds.board, name: "First board" }] } },
    list_lists: {
      parameters: { boardId: seededIds.board },
      answer: { lists: [{ id: seededIds.todo }, { id: seededIds.done }] },
    },
    list_cards: { parameters: { boardId: seededIds.board }, answer: { cards: [{ id: seededIds.card }] } },
    create_card: {
      parameters: { listId: seededIds.todo, name: "Ship it", desc: "Today" },
      answer: { name: "Ship it", desc: "Today", idList: seededIds.todo },
      verify({ id }, { provider }) {
        if (!provider.cards.some((one) => one.id === id)) throw new Error("the card is not there")
      },
    },
    add_comment: {
      parameters: { cardId: seededIds.card, text: "Well done & thanks!" },
      answer: { type: "commentCard", data: { text: "Well done & thanks!" } },
    },
    move_card: {
      parameters: { cardId: seededIds.card, listId: seededIds.done },
      answer: { id: seededIds.card, idList: seededIds.done },
    },
  },
  errors: [
    {
      when: "the board is somebody else's",
      operation: "list_lists",
      parameters: { boardId: seededIds.foreignBoard },
      code: "forbidden",
      providerCode: "unauthorized_permission_requested",
    },
    {
      when: "there is no such board",
      operation: "list_cards",
      parameters: { boardId: "64b0c0ffee0000000000b999" },
      code: "resource_not_found",
    },
    {
      when: "it is no id",
      operation: "move_card",
      parameters: { cardId: "nonsense", listId: seededIds.done },
      code: "resource_not_found",
      providerCode: "invalid_id",
    },
    {
      when: "it is too much",
      operation: "list_boards",
      arrange: ({ faults }) =>
        faults.next({
          on: "*",
          fault: { kind: "status", status: 429, body: { error: "API_TOKEN_LIMIT_EXCEEDED", message: "Rate limit." } },
        }),
      code: "rate_limited",
      providerCode: "API_TOKEN_LIMIT_EXCEEDED",
    },
  ],
  webhooks: {
    own: ({ provider }) => ({ url: provider.webhooks.at(-1)?.callbackURL ?? "", secret: trelloApp.clientSecret }),
    signature: ({ provider }) => provider.signature,
    deliveries: () => ({
      card_created: trelloDelivery("createCard", board),
      card_updated: trelloDelivery("updateCard", board, { data: { old: { name: "Write it" } } }),
      card_moved: trelloDelivery("updateCard", board, { data: { listAfter: { id: seededIds.done, name: "Done" } } }),
      card_deleted: trelloDelivery("deleteCard", board),
      comment_added: trelloDelivery("commentCard", board, { data: { text: "Well done" } }),
      board_updated: trelloDelivery("updateBoard", board),
    }),
    subscriptions: ({ provider }) => provider.webhooks.length,
  },
  unknownError: ({ faults }) =>
    faults.next({ on: "*", fault: { kind: "status", status: 409, body: { error: "holdfast_unheard_of" } } }),
  skip: { scope_missing: "Trello does not say what a token may do", stale_delivery: "Trello signs no time" },
})
