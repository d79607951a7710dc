import type { Context, MethodFailure, Outcome } from "@holdfast/core"
import { z } from "zod"
import { ask, bearerOfApp } from "./app-api.js"

/** What is sealed: which installation, and a token for an hour. The secret that makes tokens is the app's. */
export interface InstallationSecret {
  readonly installationId: string
  readonly accessToken: string
}

export const installationSecret = z.object({
  installationId: z.string().regex(/^\d+$/),
  accessToken: z.string().min(1),
})
const minted = z.object({ token: z.string().min(1), expires_at: z.iso.datetime({ offset: true }) })

/**
 * A token for an hour, made with the app's key.
 * @see https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app
 */
export async function mint(context: Context, installationId: string): Promise<Outcome<InstallationSecret>> {
  const jwt = await bearerOfApp(context)
  const issuedAt = context.clock.now()
  const { status, body, retryAfterMs } = await ask(
    context,
    jwt,
    `/app/installations/${installationId}/access_tokens`,
    "POST",
  )
  const answer = status === 201 ? minted.safeParse(body).data : undefined
  if (answer) {
    return {
      is: "renewed",
      secret: { installationId, accessToken: answer.token },
      clock: { issuedAt, expiresAt: Date.parse(answer.expires_at), rotation: "none" },
    }
  }
  const { code, providerCode } = refusalOf(status)
  if (code === "config_invalid") return { is: "refused", by: "client", providerCode }
  if (code === "forbidden" || code === "rate_limited")
    return { is: "later", ...(retryAfterMs !== undefined && { retryAfterMs }), providerCode }
  if (code !== "reauth_required") return { is: "unknown", providerCode }
  // An app that is gone is answered like an installation that is gone.
  const itself = await ask(context, jwt, "/app")
  if (itself.status === 200) return { is: "refused", by: "grant", providerCode }
  return itself.status < 500 ? { is: "refused", by: "client", providerCode: "app_not_found" } : { is: "unknown" }
}

/** What it means that no token was made. */
export function refusalOf(status: number): Required<MethodFailure> {
  if (status === 401) return { code: "config_invalid", providerCode: "app_jwt_refused" }
  if (status === 404) return { code: "reauth_required", providerCode: "installation_not_found" }
  const providerCode = `http_${status}`
  // Suspended by its owner, or a limit: neither is the end.
  if (status === 403) return { code: "forbidden", providerCode }
  if (status === 429) return { code: "rate_limited", providerCode }
  return { code: status >= 500 ? "provider_unavailable" : "provider_rejected", providerCode }
}
