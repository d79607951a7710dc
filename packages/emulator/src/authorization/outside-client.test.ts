import * as oauth from "oauth4webapi"
import { describe, expect, it } from "vitest"
import { approve } from "../approve.js"
import { type Acme, acme, callbackUrl, me } from "../test-support.js"

/** An OAuth client that was not written here: what it refuses, the server has wrong. */
const server: oauth.AuthorizationServer = {
  issuer: "https://acme.example",
  authorization_endpoint: "https://acme.example/oauth/authorize",
  token_endpoint: "https://acme.example/oauth/token",
  revocation_endpoint: "https://acme.example/oauth/revoke",
  authorization_response_iss_parameter_supported: true,
}
const client: oauth.Client = { client_id: "app" }
const methods = { basic: oauth.ClientSecretBasic("app-secret"), post: oauth.ClientSecretPost("app-secret") }

const through = (emulator: Acme) => ({ [oauth.customFetch]: (url: string, init: object) => emulator.fetch(url, init) })

async function callback(emulator: Acme, verifier: string, deny = false): Promise<URLSearchParams> {
  const url = new URL(server.authorization_endpoint ?? "")
  url.searchParams.set("client_id", client.client_id)
  url.searchParams.set("response_type", "code")
  url.searchParams.set("redirect_uri", callbackUrl)
  url.searchParams.set("scope", "read write")
  url.searchParams.set("state", "the-state")
  url.searchParams.set("code_challenge", await oauth.calculatePKCECodeChallenge(verifier))
  url.searchParams.set("code_challenge_method", "S256")
  return oauth.validateAuthResponse(server, client, await approve(emulator.fetch, url, { deny }), "the-state")
}

async function exchange(emulator: Acme, method: oauth.ClientAuth, verifier = oauth.generateRandomCodeVerifier()) {
  const parameters = await callback(emulator, verifier)
  const send = () =>
    oauth.authorizationCodeGrantRequest(server, client, method, parameters, callbackUrl, verifier, through(emulator))
  return { send, tokens: await oauth.processAuthorizationCodeResponse(server, client, await send()) }
}

async function refresh(emulator: Acme, refreshToken: string | undefined, method: oauth.ClientAuth = methods.post) {
  const answer = await oauth.refreshTokenGrantRequest(server, client, method, refreshToken ?? "", through(emulator))
  return oauth.processRefreshTokenResponse(server, client, answer)
}

const open = () => acme({ issuer: server.issuer })

describe("oauth4webapi against the authorization server", () => {
  it.each(["basic", "post"] as const)("connects with code and PKCE, authenticating by %s", async (name) => {
    const emulator = acme({ issuer: server.issuer, clientAuthentication: name })
    const { tokens } = await exchange(emulator, methods[name])
    expect(tokens).toMatchObject({ token_type: "bearer", expires_in: 3600, scope: "read write" })
    const answer = await oauth.protectedResourceRequest(
      tokens.access_token,
      "GET",
      new URL("https://acme.example/me"),
      undefined,
      undefined,
      through(emulator),
    )
    expect(await answer.json()).toEqual({ email: "first@acme.example" })
  })

  it("is told of a refused consent", async () => {
    await expect(callback(open(), "v".repeat(43), true)).rejects.toMatchObject({
      name: "AuthorizationResponseError",
      error: "access_denied",
    })
  })

  it("rotates the refresh token, and loses the family by showing one twice", async () => {
    const emulator = open()
    const { tokens } = await exchange(emulator, methods.post)
    emulator.clock.advance(3_600_000)
    expect(await me(emulator, tokens.access_token)).toBe("expired")
    const second = await refresh(emulator, tokens.refresh_token)
    expect(await me(emulator, second.access_token)).toBe("first@acme.example")
    await expect(refresh(emulator, tokens.refresh_token)).rejects.toMatchObject({
      name: "ResponseBodyError",
      error: "invalid_grant",
      status: 400,
    })
    await expect(refresh(emulator, second.refresh_token)).rejects.toMatchObject({ error: "invalid_grant" })
    expect(await me(emulator, second.access_token)).toBe("revoked")
  })

  it("loses its tokens by trading the code twice", async () => {
    const emulator = open()
    const { send, tokens } = await exchange(emulator, methods.post)
    await expect(oauth.processAuthorizationCodeResponse(server, client, await send())).rejects.toMatchObject({
      error: "invalid_grant",
    })
    expect(await me(emulator, tokens.access_token)).toBe("revoked")
  })

  it("is refused with a wrong verifier and with a wrong secret", async () => {
    const emulator = open()
    const parameters = await callback(emulator, oauth.generateRandomCodeVerifier())
    const wrong = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      methods.post,
      parameters,
      callbackUrl,
      oauth.generateRandomCodeVerifier(),
      through(emulator),
    )
    await expect(oauth.processAuthorizationCodeResponse(server, client, wrong)).rejects.toMatchObject({
      error: "invalid_grant",
    })
    for (const method of [oauth.ClientSecretBasic("wrong"), oauth.ClientSecretPost("wrong")]) {
      // A 401 comes as a body or, when the header was refused, as a WWW-Authenticate challenge.
      await expect(refresh(emulator, "any", method)).rejects.toMatchObject({ status: 401 })
    }
  })

  it("gets client credentials where the server has that grant type", async () => {
    const emulator = acme({
      grantTypes: {
        client_credentials: ({ call: _ }) => ({
          account: { id: "S", label: "", data: { email: "bot@acme.example" } },
          scopes: [],
        }),
      },
    })
    const answer = await oauth.clientCredentialsGrantRequest(server, client, methods.basic, {}, through(emulator))
    const tokens = await oauth.processClientCredentialsResponse(server, client, answer)
    expect(await me(emulator, tokens.access_token)).toBe("bot@acme.example")
    expect(tokens.refresh_token).toBeUndefined()
  })

  it("revokes", async () => {
    const emulator = open()
    const { tokens } = await exchange(emulator, methods.post)
    const revoke = async (token: string) =>
      oauth.processRevocationResponse(
        await oauth.revocationRequest(server, client, methods.post, token, through(emulator)),
      )
    await expect(revoke(tokens.refresh_token ?? "")).resolves.toBeUndefined()
    await expect(revoke("made-up")).resolves.toBeUndefined()
    expect(await me(emulator, tokens.access_token)).toBe("revoked")
  })
})
