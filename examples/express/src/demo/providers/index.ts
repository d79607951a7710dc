import type { Provider, ProviderMaker, ProviderOptions } from "../provider.js"
import { contents } from "./contents.js"
import { customers } from "./customers.js"
import { ledgers } from "./ledgers.js"
import { mailings } from "./mailings.js"
import { messengers } from "./messengers.js"
import { models } from "./models.js"
import { offices } from "./offices.js"
import { payments } from "./payments.js"
import { projects } from "./projects.js"
import { shops } from "./shops.js"

const makers: readonly ProviderMaker[] = [
  ...messengers,
  ...offices,
  ...shops,
  ...payments,
  ...ledgers,
  ...projects,
  ...customers,
  ...contents,
  ...mailings,
  ...models,
]

/** Every provider of the demo. One entry each in the files beside this one, and nothing about any of them anywhere else. */
export function providers(options: ProviderOptions): Promise<readonly Provider[]> {
  return Promise.all(makers.map((make) => make(options)))
}
