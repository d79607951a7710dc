import { measureRotateKeys } from "./rotate-keys.js"
import { openStore, type Place } from "./stores.js"

export interface RotateOrders {
  readonly place: Pick<Place, "store" | "url">
  readonly connections: number
  readonly rounds: number
}

const { place, ...sizes } = JSON.parse(process.argv[2] ?? "{}") as RotateOrders
const store = openStore(place)
process.stdout.write(JSON.stringify(await measureRotateKeys(store, sizes)))
await store.close()
