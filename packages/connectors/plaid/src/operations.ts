// https://plaid.com/docs/api/
import { type Call, operation } from "@holdfast/core"
import { z } from "zod"

const balances = z.looseObject({
  available: z.number().nullable(),
  current: z.number().nullable(),
  iso_currency_code: z.string().nullable(),
})
const account = z.looseObject({
  account_id: z.string(),
  balances,
  mask: z.string().nullable(),
  name: z.string(),
  type: z.string(),
  subtype: z.string().nullable(),
})
const transaction = z.looseObject({
  transaction_id: z.string(),
  account_id: z.string(),
  amount: z.number(),
  iso_currency_code: z.string().nullable(),
  date: z.string(),
  name: z.string(),
  pending: z.boolean(),
})
const some = z.object({ account_ids: z.array(z.string()).optional().describe("Default: all") })
const accounts = z.looseObject({ accounts: z.array(account) })
const filter = (account_ids: readonly string[] | undefined) => (account_ids ? { options: { account_ids } } : {})

// All of Plaid's calls are POST; those that only read may be sent again.
const reading = { idempotent: true } as const

export const operations = {
  get_accounts: operation({
    summary: "List the accounts of the Item, with the balances that Plaid saw last",
    effect: "read",
    input: some,
    output: accounts,
    run: ({ http }: Call, { account_ids }) =>
      http.post("/accounts/get", { ...reading, json: filter(account_ids), output: accounts }),
  }),

  get_balances: operation({
    summary: "Ask the bank for the balances as they are now",
    effect: "read",
    input: some,
    output: accounts,
    run: ({ http }: Call, { account_ids }) =>
      // The bank is asked while the call waits: https://plaid.com/docs/api/products/balance/
      http.post("/accounts/balance/get", {
        ...reading,
        json: filter(account_ids),
        output: accounts,
        timeoutMs: 60_000,
      }),
  }),

  list_transactions: operation({
    summary: "List transactions: all of them, or what changed since a cursor",
    effect: "read",
    input: z.object({
      cursor: z.string().max(256).optional().describe("next_cursor of the last page read. Default: from the beginning"),
      count: z.number().int().min(1).max(500).default(100),
    }),
    output: z.looseObject({
      added: z.array(transaction),
      modified: z.array(transaction),
      removed: z.array(z.looseObject({ transaction_id: z.string() })),
      next_cursor: z.string(),
      has_more: z.boolean(),
    }),
    pages: {
      items: ({ added, modified }) => [...added, ...modified],
      next: ({ has_more, next_cursor }) => (has_more ? { cursor: next_cursor } : undefined),
    },
    run: ({ http }: Call, { cursor, count }) =>
      http.post("/transactions/sync", {
        ...reading,
        json: { count, ...(cursor !== undefined && { cursor }) },
        output: z.looseObject({
          added: z.array(transaction),
          modified: z.array(transaction),
          removed: z.array(z.looseObject({ transaction_id: z.string() })),
          next_cursor: z.string(),
          has_more: z.boolean(),
        }),
      }),
  }),

  get_item: operation({
    summary: "Read the state of the Item: its bank, products, and what is wrong with it",
    effect: "read",
    input: z.object({}),
    output: item(),
    run: async ({ http }: Call) => {
      const { item: found } = await http.post("/item/get", {
        ...reading,
        json: {},
        output: z.looseObject({ item: item() }),
      })
      return found
    },
  }),
}

/** @see https://plaid.com/docs/api/items/#itemget */
export function item() {
  return z.looseObject({
    item_id: z.string(),
    institution_id: z.string().nullish(),
    institution_name: z.string().nullish(),
    webhook: z.string().nullish(),
    error: z.looseObject({ error_code: z.string() }).nullish(),
  })
}
