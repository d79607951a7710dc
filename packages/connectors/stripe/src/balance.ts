import type { Call } from "@holdfast/core"
import { z } from "zod"

const funds = z.array(z.looseObject({ amount: z.number(), currency: z.string() }))
/** @see https://docs.stripe.com/api/balance/balance_object */
const balance = z.looseObject({ available: funds, pending: funds })

// https://docs.stripe.com/currencies#minor-units
const withoutDecimals = new Set("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split(" "))
const withThreeDecimals = new Set("bhd jod kwd omr tnd".split(" "))

/** What the account has, and what is on its way, a figure for each currency. */
export async function balanceFigures({ http }: Call): Promise<readonly { label: string; value: string }[]> {
  const { available, pending } = await http.get("/v1/balance", { output: balance })
  return [
    ...available.map((amount) => ({ label: "Available balance", value: written(amount) })),
    ...pending.map((amount) => ({ label: "Pending balance", value: written(amount) })),
  ]
}

function written({ amount, currency }: { readonly amount: number; readonly currency: string }): string {
  const decimals = withoutDecimals.has(currency) ? 0 : withThreeDecimals.has(currency) ? 3 : 2
  return `${(amount / 10 ** decimals).toFixed(decimals)} ${currency.toUpperCase()}`
}
