import { HoldfastError } from "../errors.js"
import type { AuthMethod } from "../method.js"
import { withChoice } from "./choice.js"
import { beginOAuth2 } from "./oauth2-begin.js"
import { finishOAuth2 } from "./oauth2-exchange.js"
import { oauth2Failure } from "./oauth2-failure.js"
import type { OAuth2Options, TokenSet } from "./oauth2-options.js"
import { refreshOAuth2 } from "./oauth2-refresh.js"
import { revokeOAuth2 } from "./oauth2-revoke.js"
import { type OAuth2State, oauth2Facts, oauth2Settings } from "./oauth2-settings.js"
import { isSingleUse, tokenSetSchema } from "./token-set.js"

/**
 * Connecting by OAuth 2.0 with an authorization code: PKCE, one exchange of the code, refreshes that say exactly what became of them, and
 * revocation. Options say how the provider departs from the standard.
 * @throws HoldfastError `config_invalid` for endpoints that cannot be meant
 * @see https://www.rfc-editor.org/rfc/rfc6749 https://www.rfc-editor.org/rfc/rfc7636 https://www.rfc-editor.org/rfc/rfc9207
 */
export function oauth2(options: OAuth2Options): AuthMethod<TokenSet, OAuth2State> {
  const settings = oauth2Settings(options)
  const { rotation } = settings
  const canRevoke = options.revocationEndpoint !== undefined || options.revokeRequest !== undefined
  const method = Object.freeze<AuthMethod<TokenSet, OAuth2State>>({
    id: settings.id,
    kind: "oauth2",
    label: settings.label,
    needsApp: true,
    slots: settings.slots,
    secret: tokenSetSchema(),
    fields: settings.fields,
    input: settings.input,
    policy: settings.policy,
    facts: oauth2Facts(settings),

    begin: (context, input) => beginOAuth2(settings, context, input),
    async advance(context, input) {
      if (input.from === "poll") throw new HoldfastError("input_invalid", "This conversation waits for the browser.")
      return input.from === "callback"
        ? await finishOAuth2(settings, context, input)
        : await beginOAuth2(settings, context, input)
    },
    presents: (secret) => (isSingleUse(secret, rotation) ? secret.refreshToken : undefined),
    renewable: ({ refreshToken }) => refreshToken !== undefined,
    inherit: (secret, { refreshToken, replaced }) =>
      secret.refreshToken !== undefined || refreshToken === undefined
        ? secret
        : { ...secret, refreshToken, ...(replaced && { replaced }) },
    refresh: (context, secret, slot) => refreshOAuth2(settings, context, secret, slot),
    ...(canRevoke && { revoke: (context, secret, slot) => revokeOAuth2(settings, context, secret, slot) }),
    accessToken: ({ accessToken }) => accessToken,
    authorize(context, request, { accessToken }) {
      if (options.authorize) options.authorize(request, accessToken, context)
      else request.headers.set("authorization", `Bearer ${accessToken}`)
      return request
    },
    readFailure: (answer) => oauth2Failure(settings, answer),
  })
  return options.choose ? withChoice(method, options.choose) : method
}
