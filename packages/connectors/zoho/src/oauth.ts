import {
  type AuthMethod,
  type Choice,
  type Context,
  type OAuth2State,
  oauth2,
  type TokenBody,
  type TokenSet,
} from "@holdfast/core"
import { z } from "zod"
import { apiDomainOf, type DataCentre, dataCentreAt, dataCentreOf, dataCentres } from "./data-centres.js"

/** @see https://www.zoho.com/books/api/v3/oauth/ */
export const scopes = [
  "ZohoBooks.settings.READ",
  "ZohoBooks.invoices.READ",
  "ZohoBooks.invoices.CREATE",
  "ZohoBooks.contacts.READ",
  "ZohoBooks.contacts.CREATE",
  "AaaServer.profile.READ",
]

/** @see https://www.zoho.com/books/api/v3/organizations/ */
export const organizations = z.looseObject({
  organizations: z.array(z.looseObject({ organization_id: z.string(), name: z.string() })),
})

const refusal = z.object({ error: z.string() })

/** Which of the person's businesses calls are about, unless they name another. */
const organization: Choice = {
  id: "organization",
  title: "Choose an organization",
  field: { name: "organizationId", label: "Organization", help: "Others can be named in each call." },
  none: "This account has no organization in Zoho Books. Create one there, and connect again.",
  async options({ get }, { token }) {
    const url = `https://www.${apiDomainOf(token?.api_domain)}/books/v3/organizations`
    const found = await get(url, { output: organizations })
    return found.organizations.map(({ organization_id, name }) => ({ value: organization_id, label: name }))
  },
}

/**
 * Zoho's authorization server as one data centre has it. Consent begins where the app is registered and ends where the account is.
 * @see https://www.zoho.com/accounts/protocol/oauth/multi-dc/client-authorization.html
 */
function at({ accountsDomain }: DataCentre, home: DataCentre): AuthMethod<TokenSet, OAuth2State> {
  const accounts = `https://accounts.${accountsDomain}/oauth/v2`
  return oauth2({
    authorizationEndpoint: `https://accounts.${home.accountsDomain}/oauth/v2/auth`,
    tokenEndpoint: `${accounts}/token`,
    scopes,
    alwaysScopes: ["ZohoBooks.settings.READ", "AaaServer.profile.READ"],
    scopeSeparator: ",",
    pkce: "none",
    // A refresh token comes with the first consent, or with consent that is asked for again.
    authorizationParameters: { access_type: "offline", prompt: "consent" },
    // Refusals come with status 200.
    errorCode: ({ body }) => refusal.safeParse(body).data?.error,
    grantErrors: ["invalid_code"],
    clientErrors: ["invalid_client_secret"],
    // Ten access tokens in ten minutes: https://www.zoho.com/accounts/protocol/oauth/web-apps/access-token-expiry.html
    laterErrors: ["Access Denied"],
    account: ({ api_domain }: TokenBody) => ({ data: { apiDomain: apiDomainOf(api_domain) } }),
    // https://www.zoho.com/accounts/protocol/oauth/web-apps/revoke-tokens.html
    revokeRequest: (_context, { accessToken, refreshToken }) =>
      new Request(`${accounts}/token/revoke`, {
        method: "POST",
        body: new URLSearchParams({ token: refreshToken ?? accessToken }),
      }),
    authorize: ({ headers }, token) => headers.set("authorization", `Zoho-oauthtoken ${token}`),
    choose: organization,
    policy: { rotation: "reusable", accessTokenSeconds: 3_600, expectsRefreshToken: true },
  })
}

/** The method over all data centres: each has its token endpoint, and may have a client secret of its own (ruling C14). */
export function zohoOAuth(home: DataCentre): AuthMethod<TokenSet, OAuth2State> {
  const methods = new Map<DataCentre, AuthMethod<TokenSet, OAuth2State>>(
    dataCentres.map((one): [DataCentre, AuthMethod<TokenSet, OAuth2State>] => [one, at(one, home)]),
  )
  const begins = at(home, home)
  const methodAt = (one: DataCentre) => methods.get(one) ?? begins
  const ofAccount = ({ account }: Context<OAuth2State>) => dataCentreAt(account?.data?.dataCentre) ?? home

  return Object.freeze({
    ...begins,
    async advance(context, input) {
      if (input.from !== "callback") return await begins.advance(context, input)
      const where = dataCentreOf(Object.fromEntries(new URL(input.url).searchParams), home)
      return await methodAt(where).advance(withSecretOf(where, context), input)
    },
    async refresh(context, secret, slot) {
      const where = ofAccount(context)
      return (await methodAt(where).refresh?.(withSecretOf(where, context), secret, slot)) ?? { is: "later" }
    },
    async revoke(context, secret, slot) {
      const where = ofAccount(context)
      await methodAt(where).revoke?.(withSecretOf(where, context), secret, slot)
    },
  } satisfies AuthMethod<TokenSet, OAuth2State>)
}

function withSecretOf({ secretField }: DataCentre, context: Context<OAuth2State>): Context<OAuth2State> {
  const { app } = context
  const own = app?.fields[secretField]
  return app && own ? { ...context, app: { ...app, fields: { ...app.fields, clientSecret: own } } } : context
}
