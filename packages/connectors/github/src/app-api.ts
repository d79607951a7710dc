import { type App, type Context, HoldfastError, parsedJson } from "@holdfast/core"
import { z } from "zod"
import { appJwt } from "./app-key.js"
import { apiHeaders } from "./oauth.js"

/** An installation as GitHub shows it. @see https://docs.github.com/en/rest/apps/installations */
export const installationSchema = z.looseObject({
  id: z.number(),
  account: z.looseObject({
    id: z.number(),
    login: z.string().optional(),
    slug: z.string().optional(),
    type: z.string().optional(),
  }),
})
export type InstallationView = z.infer<typeof installationSchema>

interface Answer {
  readonly status: number
  readonly body: unknown
  readonly retryAfterMs?: number
}

/** One call outside of a connection: as a person, by their token, or as the app itself. */
export async function ask(
  context: Pick<Context, "fetch">,
  bearer: string,
  path: string,
  method: "GET" | "POST" | "DELETE" = "GET",
): Promise<Answer> {
  let response: Response
  let text: string
  try {
    response = await context.fetch(
      new Request(`https://api.github.com${path}`, {
        method,
        headers: { ...apiHeaders, authorization: `Bearer ${bearer}` },
      }),
    )
    text = await response.text()
  } catch {
    throw new HoldfastError("provider_unavailable", "GitHub did not answer.")
  }
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN)
  return { status: response.status, body: parsedJson(text), ...(seconds >= 0 && { retryAfterMs: seconds * 1_000 }) }
}

/** The same, where only a good answer will do. */
export async function read<Out>(
  context: Pick<Context, "fetch">,
  bearer: string,
  path: string,
  output: z.ZodType<Out>,
): Promise<Out> {
  const { status, body, retryAfterMs } = await ask(context, bearer, path)
  if (status === 200) {
    const parsed = output.safeParse(body)
    if (parsed.success) return parsed.data
    throw new HoldfastError("response_invalid", "GitHub's answer is not what it is documented to be.")
  }
  throw refused(status, retryAfterMs)
}

/** What a refusal of such a call means to the person who waits. */
export function refused(providerStatus: number, retryAfterMs?: number): HoldfastError {
  const details = { providerStatus, ...(retryAfterMs !== undefined && { retryAfterMs }) }
  if (providerStatus === 401)
    return new HoldfastError(
      "config_invalid",
      "GitHub refuses the app: are its client ID and private key of one app?",
      { details },
    )
  if (providerStatus === 429 || retryAfterMs !== undefined)
    return new HoldfastError("rate_limited", undefined, { details })
  if (providerStatus >= 500) return new HoldfastError("provider_unavailable", undefined, { details })
  return new HoldfastError("provider_rejected", undefined, { details })
}

/** A token of the app itself. @throws HoldfastError `app_not_configured` `config_invalid` */
export async function bearerOfApp({ app, clock }: Pick<Context, "app" | "clock">): Promise<string> {
  return await appJwt(fieldOf(app, "privateKey", "private key"), fieldOf(app, "clientId", "client ID"), clock.now())
}

/** A field without which the app cannot be installed. */
export function fieldOf(app: App | undefined, name: string, label: string): string {
  if (!app) throw new HoldfastError("app_not_configured")
  const value = app.fields[name]
  if (value) return value
  throw new HoldfastError("config_invalid", `The GitHub App has no ${label}: save it to install the app.`, {
    details: { fields: [name] },
  })
}
