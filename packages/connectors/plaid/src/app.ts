// https://plaid.com/docs/api/#api-access
import { type App, HoldfastError, isHoldfastError } from "@holdfast/core"
import { type ZodType, z } from "zod"
import { plaidCodes, readCode } from "./errors.js"

const environments = ["sandbox", "production"] as const
export type Environment = (typeof environments)[number]

export const plaidApp = {
  schema: z.object({
    clientId: z.string().min(1),
    clientSecret: z.string().min(1),
    environment: z.enum(environments).optional(),
  }),
  fields: [
    { name: "clientId", label: "client_id", secret: false },
    { name: "clientSecret", label: "secret", secret: true, help: "Each environment has one of its own." },
    {
      name: "environment",
      label: "Environment",
      secret: false,
      required: false,
      help: "production (default) or sandbox",
    },
  ],
} as const

/** Where an app's calls go. Only these two hosts are ever shown its secret. */
export function environmentOf(app: App | undefined): Environment {
  return app?.fields.environment === "sandbox" ? "sandbox" : "production"
}

/** The app's own part of every request: https://plaid.com/docs/api/#api-protocols-and-headers */
export function appHeaders(app: App | undefined): Readonly<Record<string, string>> {
  if (!app) throw new HoldfastError("app_not_configured")
  return { "plaid-client-id": app.clientId, "plaid-secret": app.fields.clientSecret ?? "" }
}

/**
 * A call that the app makes for itself, with no Item's token attached by core.
 * @throws HoldfastError by Plaid's `error_code`
 */
export async function askPlaid<Out>(
  context: {
    readonly app?: App | undefined
    fetch(request: Request): Promise<Response>
  },
  path: string,
  body: object,
  output: ZodType<Out>,
): Promise<Out> {
  const request = new Request(`https://${environmentOf(context.app)}.plaid.com${path}`, {
    method: "POST",
    headers: { ...appHeaders(context.app), "content-type": "application/json" },
    body: JSON.stringify(body),
  })
  const { status, said } = await answerTo(context.fetch(request))
  const parsed = status < 300 ? output.safeParse(said) : undefined
  if (parsed?.success) return parsed.data
  if (parsed)
    throw new HoldfastError("response_invalid", "Plaid answered in another shape.", { details: { connector: "plaid" } })
  throw refusalError(status, readCode(said))
}

async function answerTo(sending: Promise<Response>): Promise<{ status: number; said: unknown }> {
  try {
    const response = await sending
    return { status: response.status, said: await response.json().catch(() => undefined) }
  } catch (error) {
    if (isHoldfastError(error)) throw error
    throw new HoldfastError("provider_unavailable", "Plaid did not answer.", { details: { connector: "plaid" } })
  }
}

function refusalError(status: number, providerCode: string | undefined): HoldfastError {
  const details = { connector: "plaid", providerStatus: status, ...(providerCode !== undefined && { providerCode }) }
  const meaning =
    providerCode !== undefined && Object.hasOwn(plaidCodes, providerCode) ? plaidCodes[providerCode] : undefined
  const byStatus = status >= 500 ? "provider_unavailable" : status === 429 ? "rate_limited" : "provider_rejected"
  const code = meaning === "grant_ended" || meaning === "token_expired" ? "reauth_required" : (meaning ?? byStatus)
  return new HoldfastError(code, `Plaid refused (${providerCode ?? status}).`, { details })
}
