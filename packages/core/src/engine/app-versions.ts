import type { App } from "../context.js"
import { isHoldfastError } from "../errors.js"

// Each further look needs somebody else to have saved another secret meanwhile.
const maxLooks = 3

/**
 * Asks as the app: with its newest secret, and with the one before where the provider refuses the client itself, which spends nothing
 * (ruling R12). Where all were refused it is looked once more what is saved: the secret may have been changed while this was under way.
 * Undefined: there is no app.
 */
export async function untilTaken<Answer>(
  versions: () => Promise<readonly App[]>,
  ask: (app: App) => Promise<Answer>,
  isRefused: (answer: Answer) => boolean,
): Promise<Answer | undefined> {
  const tried = new Set<string>()
  let last: Answer | undefined
  for (let look = 0; look < maxLooks; look++) {
    const untried = (await versions()).filter(({ fields }) => !tried.has(JSON.stringify(fields)))
    if (untried.length === 0) return last
    for (const app of untried) {
      tried.add(JSON.stringify(app.fields))
      last = await ask(app)
      if (!isRefused(last)) return last
    }
  }
  return last
}

/** The same for what throws `config_invalid` where the client is refused. Answers whether there was an app to ask as. */
export async function asApp(
  versions: () => Promise<readonly App[]>,
  work: (app: App) => Promise<unknown>,
): Promise<boolean> {
  const answer = await untilTaken(versions, (app) => refusalOf(work(app)), Boolean)
  if (answer) throw answer
  return answer !== undefined
}

async function refusalOf(work: Promise<unknown>): Promise<Error | false> {
  try {
    await work
    return false
  } catch (error) {
    if (isHoldfastError(error, "config_invalid")) return error
    throw error
  }
}
