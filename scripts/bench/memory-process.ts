import { acmeHoldfast } from "./acme.js"
import { openStore, type Place } from "./stores.js"

/** What one process that runs the scheduler occupies, in MiB. */
export interface Resident {
  /** When all due rows are worked off and what can be collected has been. */
  readonly atEndMiB: number
  readonly highestMiB: number
  readonly refreshed: number
}

export interface MemoryOrders {
  readonly place: Pick<Place, "store" | "url">
  /** How many rows there are to refresh. */
  readonly due: number
}

const limit = 200

/** Refreshes everything that is due, slice by slice, with a provider in this process that answers at once. */
async function measureMemory({ place, due }: MemoryOrders): Promise<Resident> {
  const store = openStore(place)
  let issued = 0
  const holdfast = acmeHoldfast({
    store,
    runtime: {
      async fetch() {
        issued++
        const tokens = { access_token: `a${issued}`.padEnd(200, "a"), refresh_token: `r${issued}`.padEnd(200, "r") }
        return Response.json({ ...tokens, token_type: "Bearer", expires_in: 3_600 })
      },
    },
  })
  let refreshed = 0
  let highest = 0
  for (let slice = 0; slice < Math.ceil(due / limit); slice++) {
    refreshed += (await holdfast.scheduler.tick({ limit })).refreshed
    highest = Math.max(highest, process.memoryUsage.rss())
  }
  if (refreshed !== due) throw new Error(`${refreshed} of ${due} connections were refreshed.`)
  const settled: number[] = []
  for (let look = 0; look < 5; look++) {
    globalThis.gc?.()
    await new Promise((resolve) => setTimeout(resolve, 50))
    settled.push(process.memoryUsage.rss())
  }
  await holdfast.close()
  await store.close()
  const mebibytes = (bytes: number) => Math.round(bytes / 1_048_576)
  return { atEndMiB: mebibytes(Math.min(...settled)), highestMiB: mebibytes(highest), refreshed }
}

const [orders = "{}"] = process.argv.slice(2)
process.stdout.write(JSON.stringify(await measureMemory(JSON.parse(orders) as MemoryOrders)))
