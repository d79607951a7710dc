import { type EmulatorKit, json } from "@holdfast/emulator"
import { challenge } from "./errors.js"
import { jsonWebKeys, pemKeys } from "./id-token.js"
import { type GoogleOAuth, identityClaims, scopesOf } from "./oauth.js"

/**
 * Who somebody is: the userinfo endpoint, the one that says what a token is worth, and the keys of id tokens.
 * @see https://developers.google.com/identity/openid-connect/openid-connect#obtaininguserprofileinformation
 */
export function identityEndpoints(kit: EmulatorKit, oauth: GoogleOAuth): void {
  kit.route(
    ["GET", "POST"],
    "https://openidconnect.googleapis.com",
    "/v1/userinfo",
    (call) => {
      const inspected = oauth.inspect(call.request)
      const scopes = inspected.is === "live" ? scopesOf(oauth, inspected.grant, inspected.scopes) : []
      if (inspected.is !== "live" || !scopes.includes("openid")) {
        const body = { error: "invalid_request", error_description: "Invalid Credentials" }
        return json(body, { status: 401, headers: { "www-authenticate": challenge("invalid_request") } })
      }
      const { account } = inspected
      const picture = `https://lh3.googleusercontent.com/a/${account.id}`
      return json({ sub: account.id, picture, ...identityClaims(account, scopes) })
    },
    { id: "userinfo" },
  )

  kit.route(["GET", "POST"], "https://oauth2.googleapis.com", "/tokeninfo", (call) => {
    const shown = call.url.searchParams.get("access_token")
    const inspected = shown === null ? oauth.inspect(call.request) : oauth.inspectToken(shown)
    if (inspected.is !== "live") {
      return json({ error: "invalid_token", error_description: "Invalid Value" }, { status: 400 })
    }
    const { account, client, grant, expiresAt } = inspected
    const scopes = scopesOf(oauth, grant, inspected.scopes)
    const now = kit.clock.now()
    const ends = expiresAt === "never" ? now : expiresAt
    return json({
      azp: client.clientId,
      aud: client.clientId,
      sub: account.id,
      scope: scopes.join(" "),
      exp: String(Math.floor(ends / 1000)),
      expires_in: String(Math.floor((ends - now) / 1000)),
      ...identityClaims(account, scopes),
      access_type: grant.parameters.access_type ?? "online",
    })
  })

  kit.route("GET", "https://www.googleapis.com", "/oauth2/v3/certs", async () => json(await jsonWebKeys()))
  kit.route("GET", "https://www.googleapis.com", "/oauth2/v1/certs", async () => json(await pemKeys()))
}
