import type { EmulatorKit } from "../contract.js"
import { splitEndpoint } from "../origins.js"
import { accessToken, authorizeOAuth1, refuse, requestToken, secretFor } from "./oauth1-endpoints.js"
import type { OAuth1Server, OAuth1ServerOptions, SignedCall, SignedInspection } from "./oauth1-options.js"
import { oauth1Refusal } from "./oauth1-signature.js"
import { checkSigned, type OAuth1Context } from "./oauth1-state.js"
import { createRegistry } from "./registry.js"
import { serverOver } from "./server.js"

/**
 * A strict OAuth 1.0a server on the emulator's routes: every signature is computed anew, timestamps are held to the emulator's clock, no
 * nonce works twice, callbacks must be registered, request tokens and verifiers work once.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5849
 */
export function oauth1Server<Data>(kit: EmulatorKit, rules: OAuth1ServerOptions<Data>): OAuth1Server<Data> {
  const { tokenValue, accessTokenSeconds = "never" } = rules
  const context: OAuth1Context<Data> = {
    id: rules.id ?? "oauth1",
    kit,
    registry: createRegistry(kit.clock, rules.clients, rules.accounts),
    options: {
      tokenEndpoint: rules.accessTokenEndpoint,
      clients: rules.clients,
      accounts: rules.accounts,
      refreshToken: "none",
      policy: ({ grant }) => ({
        accessTokenSeconds:
          typeof accessTokenSeconds === "function" ? accessTokenSeconds(grant.parameters) : accessTokenSeconds,
      }),
      ...(tokenValue && { tokenValue: ({ random }) => tokenValue("token", random) }),
    },
    rules,
    requestTokens: new Map(),
    secrets: new Map(),
    nonces: new Map(),
  }
  addRoutes(context)
  const { authenticate: _bearer, inspect: _inspect, inspectToken, ...server } = serverOver(context)

  const inspect = async (call: SignedCall): Promise<SignedInspection<Data>> => {
    const no = (reason: Parameters<typeof oauth1Refusal>[1], description: string) =>
      oauth1Refusal("api", reason, description)
    const signed = await checkSigned(context, "api", call, ({ oauth }) => {
      if (!oauth.oauth_token) return { refusal: no("parameter_absent", "oauth_token is missing") }
      const secret = context.secrets.get(oauth.oauth_token)
      return secret === undefined ? { refusal: no("token_rejected", "oauth_token names no token") } : { secret }
    })
    if ("refusal" in signed) return { is: "refused", refusal: signed.refusal }
    const token = inspectToken(signed.oauth.oauth_token ?? "")
    if (token.is === "live" && token.client.clientId === signed.client.clientId) return token
    if (token.is === "revoked") {
      return { is: "refused", refusal: no("token_revoked", "the token was revoked"), because: token.because }
    }
    if (token.is === "expired") return { is: "refused", refusal: no("token_expired", "the token has expired") }
    return { is: "refused", refusal: no("token_rejected", "oauth_token is no token of this client") }
  }

  return Object.defineProperties(
    {
      ...server,
      inspect,
      async authenticate(call: SignedCall) {
        const inspection = await inspect(call)
        return inspection.is === "live" ? inspection : undefined
      },
      issue(request) {
        const issued = server.issue(request)
        for (const { accessToken } of issued.tokens) secretFor(context, accessToken)
        return issued
      },
      refuse: (refusal, call) => refuse(context, refusal, call),
      tokenSecret: (accessToken) => context.secrets.get(accessToken),
    } satisfies OAuth1Server<Data>,
    {
      clients: { get: () => [...context.registry.clients.values()], enumerable: true },
      accounts: { get: () => [...context.registry.accounts.values()], enumerable: true },
    },
  )
}

function addRoutes<Data>(context: OAuth1Context<Data>): void {
  const { id, kit, rules } = context
  const add = (
    methods: Parameters<EmulatorKit["route"]>[0],
    endpoint: string,
    names: readonly string[],
    handler: Parameters<EmulatorKit["route"]>[3],
  ) => {
    const { origin, path } = splitEndpoint(endpoint)
    kit.route(methods, origin, path, handler, { id: `${id}.${names[0]}`, names: () => names })
  }
  add(["GET", "POST"], rules.requestTokenEndpoint, ["request_token"], (call) => requestToken(context, call))
  add(["GET", "POST"], rules.authorizationEndpoint, ["authorize"], (call) => authorizeOAuth1(context, call))
  add(["GET", "POST"], rules.accessTokenEndpoint, ["access_token", "token"], (call) => accessToken(context, call))
}
