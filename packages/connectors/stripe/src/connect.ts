import { type App, type AuthMethod, type Context, HoldfastError, isHoldfastError, oauth2 } from "@holdfast/core"

/** The version of the API that this connector is written for. @see https://docs.stripe.com/api/versioning */
export const apiVersion = "2026-10-28.endive"

const deauthorization = "https://connect.stripe.com/oauth/deauthorize"

const platform = oauth2({
  id: "connect",
  authorizationEndpoint: "https://connect.stripe.com/oauth/authorize",
  tokenEndpoint: "https://connect.stripe.com/oauth/token",
  // Its request is its own, below.
  revocationEndpoint: deauthorization,
  scopes: ["read_write"],
  // Its reference knows no PKCE: https://docs.stripe.com/connect/oauth-reference#get-authorize-request
  pkce: "none",
  // The refresh token is for trading modes and rolling keys; access does not end by itself, so none is kept.
  tokens: ({ refresh_token: _, ...body }) => ({ main: body }),
  revokeRequest: (context) =>
    asPlatform(
      new Request(deauthorization, {
        method: "POST",
        body: new URLSearchParams({
          client_id: appOf(context).clientId,
          stripe_user_id: connectedAccount(context) ?? "",
        }),
      }),
      context,
    ),
  authorize: (request, _token, context) => void asAccount(request, context),
  // One link of the platform with an account, whoever made it: deauthorizing ends it for all.
  policy: { rotation: "none", accessTokenSeconds: "never", revokes: "grant" },
})

const revoke: NonNullable<typeof platform.revoke> = async (context, secret, slot) => {
  try {
    await platform.revoke?.(context, secret, slot)
  } catch (error) {
    // Stripe says `invalid_client` of an account that is linked no more and of a platform that is not who it says, alike.
    const isUnclear = isHoldfastError(error) && error.details.providerCode === "invalid_client"
    if (!isUnclear || !(await isUnlinked(context))) throw error
  }
}

/**
 * Stripe Connect for Standard accounts: a person links the account that they have. Calls carry the platform's key and `Stripe-Account`,
 * which Stripe recommends over the keys that Connect gives out.
 * @see https://docs.stripe.com/connect/oauth-standard-accounts https://docs.stripe.com/connect/authentication
 */
export const connect: AuthMethod = Object.freeze({ ...platform, revoke })

/** The id that `Stripe-Account` takes; undefined while nobody is identified. */
function connectedAccount({ account }: Pick<Context, "account">): string | undefined {
  return account && (account.data?.accountId ?? account.id)
}

/** Puts the platform's key on a request, and whose account it is: that is never the caller's choice, since the key opens them all. */
function asAccount(request: Request, context: Context): Request {
  const accountId = connectedAccount(context)
  if (accountId !== undefined) request.headers.set("stripe-account", accountId)
  request.headers.delete("stripe-context")
  return asPlatform(request, context)
}

function asPlatform(request: Request, context: Context): Request {
  request.headers.set("authorization", `Bearer ${appOf(context).fields.clientSecret}`)
  return request
}

/** Whether the API says that the platform has no access to the account: what deauthorizing was for. */
async function isUnlinked(context: Context): Promise<boolean> {
  const headers = { accept: "application/json", "stripe-version": apiVersion }
  const answer = await context.fetch(asAccount(new Request("https://api.stripe.com/v1/account", { headers }), context))
  const body = (await answer.json().catch(() => undefined)) as { error?: { code?: unknown } } | undefined
  return answer.status === 403 && body?.error?.code === "account_invalid"
}

/** @throws HoldfastError `app_not_configured` */
function appOf({ app }: Pick<Context, "app">): App {
  if (app) return app
  throw new HoldfastError("app_not_configured", undefined, { details: { connector: "stripe" } })
}
