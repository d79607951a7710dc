import { isHoldfastError, type Subscription, type Webhooks } from "@holdfast/core"
import { z } from "zod"
import { apiVersion } from "./connect.js"

/** @see https://docs.stripe.com/api/webhook_endpoints/object */
const endpoint = z.looseObject({ id: z.string().startsWith("we_"), url: z.string() })
const made = endpoint.extend({ secret: z.string().startsWith("whsec_") })
const page = z.object({ data: z.array(endpoint), has_more: z.boolean() })

const mostPages = 20

/**
 * An endpoint for the account whose key it is, heard of at `place.url`. Its secret is shown once, so that one whose secret was lost in a
 * crash is removed and made again.
 * @see https://docs.stripe.com/api/webhook_endpoints/create
 */
export function endpoints(types: readonly string[]): Required<Pick<Webhooks, "subscribe" | "unsubscribe">> {
  return {
    async subscribe(call, { known, url }): Promise<readonly Subscription[]> {
      const { http } = call
      try {
        const there = await endpointsAt(call, url)
        const kept = known.find(({ data, secret }) => secret !== undefined && there.includes(data.id ?? ""))
        for (const id of there) if (id !== kept?.data.id) await remove(call, id)
        if (kept) return [kept]
        const form: Record<string, string> = { url, api_version: apiVersion, description: "Holdfast" }
        for (const [at, type] of types.entries()) form[`enabled_events[${at}]`] = type
        const { id, secret } = await http.post("/v1/webhook_endpoints", { form, output: made })
        return [{ data: { id }, secret }]
      } catch (error) {
        // A restricted key that may not have endpoints is good all the same, and hears nothing.
        if (isHoldfastError(error, "scope_missing")) return []
        throw error
      }
    },
    async unsubscribe(call, subscriptions) {
      for (const { data } of subscriptions) await remove(call, data.id ?? "")
    },
  }
}

type Call = Parameters<Required<Webhooks>["subscribe"]>[0]

async function endpointsAt({ http }: Call, url: string): Promise<readonly string[]> {
  const found: string[] = []
  for (let count = 0, after: string | undefined; count < mostPages; count++) {
    const query = { limit: 100, ...(after !== undefined && { starting_after: after }) }
    const { data, has_more } = await http.get("/v1/webhook_endpoints", { query, output: page })
    found.push(...data.filter((one) => one.url === url).map(({ id }) => id))
    after = data.at(-1)?.id
    if (!has_more || after === undefined) break
  }
  return found
}

async function remove({ http }: Call, id: string): Promise<void> {
  await http.delete("/v1/webhook_endpoints/{id}", { path: { id } }).catch((error: unknown) => {
    if (!isHoldfastError(error, "resource_not_found")) throw error
  })
}
