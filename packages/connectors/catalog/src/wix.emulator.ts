import { type AuthorizationServer, authorizationServer, type Emulator, hmac, json, redirect } from "@holdfast/emulator"
import { authenticatedRoutes, type CatalogEmulatorOptions, catalogEmulator, objectOf } from "./emulator-kit.js"

/** The app that the stand-in knows. */
export const wixApp = { clientId: "0e5f0000-0000-4000-8000-000000000a1c", clientSecret: "emulated-wix-app-secret" }

/** Sites on which the app can be installed, by the id that its instance has there. */
export const wixInstances = {
  first: "0e5f0000-0000-4000-8000-000000000001",
  second: "0e5f0000-0000-4000-8000-000000000002",
}

export interface WixProvider {
  readonly oauth: AuthorizationServer<string>
  /** A person installs the app on a site. Answers where the browser is sent: `url` is what the person was sent to Wix with. */
  install(url: string | URL, instanceId?: string): Promise<URL>
}

export type WixEmulator = Emulator<WixProvider>

const day = "2026-01-01T00:00:00.000Z"

/**
 * A strict stand-in for Wix: its installer, instances signed with the app's secret, tokens by client credentials in JSON, contacts and orders.
 * @see https://dev.wix.com/docs/rest/app-management/oauth-2/create-access-token
 */
export function createWixEmulator(options: CatalogEmulatorOptions = {}): WixEmulator {
  return catalogEmulator("wix", ["https://www.wix.com", "https://www.wixapis.com"], options, (kit) => {
    const installed = new Set<string>()
    const accounts = Object.entries(wixInstances).map(([name, id]) => ({ id, label: `${name} site`, data: id }))
    const oauth = authorizationServer<string>(kit, {
      tokenEndpoint: "https://www.wixapis.com/oauth2/token",
      clients: [{ ...wixApp, redirectUris: [] }],
      accounts,
      clientAuthentication: "post",
      tokenRequestFormat: "json",
      accessTokenSeconds: 14_400,
      grantTypes: {
        client_credentials({ parameters }) {
          const account = accounts.find(({ id }) => id === parameters.instance_id && installed.has(id))
          return account ? { account, scopes: [] } : { error: "invalid_grant", description: "no such instance" }
        },
      },
      tokenResponse: ({ main }) =>
        json({ access_token: main.accessToken, token_type: "Bearer", expires_in: main.expiresIn }),
    })

    async function install(url: string | URL, instanceId: string = wixInstances.first): Promise<URL> {
      const asked = new URL(url).searchParams
      const back = new URL(asked.get("postInstallationUrl") ?? "about:blank")
      if (asked.get("appId") !== wixApp.clientId) throw new TypeError("Wix knows no such app")
      installed.add(instanceId)
      const data = urlSafe(btoa(JSON.stringify({ instanceId, signDate: new Date(kit.clock.now()).toISOString() })))
      const signature = urlSafe(await hmac("SHA-256", wixApp.clientSecret, data, "base64"))
      back.searchParams.set("appId", wixApp.clientId)
      back.searchParams.set("instanceId", instanceId)
      back.searchParams.set("signedInstance", `${signature}.${data}`)
      return back
    }
    kit.route("GET", "https://www.wix.com", "/app-installer", async ({ url }) => redirect(await install(url)))

    const contacts = ["one", "two"].map((name, index) => contactOf(index, `${name}@contact.example`))
    const orders = [1, 2].map((number) => ({ id: `order${number}`, number: String(10_000 + number), createdDate: day }))
    const api = authenticatedRoutes(kit, "https://www.wixapis.com", ({ request }) => {
      const token = oauth.authenticate(request, { scheme: "" })
      return token ? { instanceId: token.account.data } : refusal(401)
    })
    api("GET", "/apps/v1/instance", (_call, { instanceId }) => {
      const siteDisplayName = accounts.find(({ id }) => id === instanceId)?.label
      return json({
        instance: { instanceId, appName: "Emulated app" },
        site: { siteId: `site-${instanceId}`, siteDisplayName },
      })
    })
    api("GET", "/contacts/v4/contacts", ({ url }) => {
      const offset = Number(url.searchParams.get("paging.offset") ?? 0)
      const end = offset + Number(url.searchParams.get("paging.limit") ?? 50)
      return json({
        contacts: contacts.slice(offset, end),
        pagingMetadata: { count: end - offset, offset, hasNext: end < contacts.length },
      })
    })
    api("POST", "/contacts/v4/contacts", async (call) => {
      const { info } = (await objectOf(call)) as { info?: { emails?: { items?: { email: string }[] } } }
      const email = info?.emails?.items?.[0]?.email
      if (email === undefined) return refusal(400, "INVALID_ARGUMENT")
      if (contacts.some((one) => one.primaryInfo.email === email)) return refusal(409, "CONTACT_ALREADY_EXISTS")
      const contact = contactOf(contacts.length, email)
      contacts.push(contact)
      return json({ contact })
    })
    api("POST", "/ecom/v1/orders/search", async (call) => {
      const { search } = (await objectOf(call)) as {
        search?: { cursorPaging?: { limit?: number; cursor?: string }; sort?: unknown }
      }
      const { limit = 50, cursor } = search?.cursorPaging ?? {}
      if (cursor !== undefined && search?.sort !== undefined) return refusal(400, "INVALID_ARGUMENT")
      const end = Number(cursor ?? 0) + limit
      const cursors = end < orders.length ? { next: String(end) } : {}
      return json({
        orders: orders.slice(Number(cursor ?? 0), end),
        metadata: { count: limit, cursors, hasNext: end < orders.length },
      })
    })
    kit.notFound(() => refusal(404))
    return { oauth, install }
  })
}

function contactOf(index: number, email: string) {
  return { id: `contact${index + 1}`, revision: 1, createdDate: day, primaryInfo: { email } }
}

function urlSafe(base64: string): string {
  return base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")
}

function refusal(status: number, code?: string): Response {
  const details = code ? { applicationError: { code, description: "No." } } : {}
  return json({ message: "No.", details }, { status })
}
