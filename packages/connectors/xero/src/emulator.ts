import {
  type AuthorizationServer,
  authorizationServer,
  createEmulator,
  type Delivery,
  type DeliverySignature,
  type Emulator,
  type EmulatorClock,
  type EmulatorKit,
  hmacSignature,
  json,
  standardTokenBody,
} from "@holdfast/emulator"
import { guid, type XeroBooks, type XeroConnection, type XeroTenant, type XeroUser, xeroApi } from "./emulator/books.js"

export type { XeroBooks, XeroConnection, XeroTenant, XeroUser } from "./emulator/books.js"

/** The registration of an app that the stand-in knows unless told otherwise. */
export const emulatorApp = {
  clientId: "00000000000000000000000000E3E201",
  clientSecret: "emulated-xero-client-secret",
  webhookKey: "emulated-xero-webhooks-key",
}

const first: XeroTenant = { tenantId: guid(0x100), tenantName: "Demo Company (NZ)" }
const second: XeroTenant = { tenantId: guid(0x200), tenantName: "Maple Florists Ltd" }
const third: XeroTenant = { tenantId: guid(0x300), tenantName: "Harbour Bakery" }

/** One with an organisation, one with another, and one with both and a third. */
export const defaultUsers: readonly XeroUser[] = [
  { userId: guid(1), email: "first@xero.example", tenants: [first] },
  { userId: guid(2), email: "second@xero.example", tenants: [second] },
  { userId: guid(3), email: "third@xero.example", tenants: [first, second, third] },
]

/** What a test or a demo may choose. Every field has a default. */
export interface XeroEmulatorOptions {
  /** Default: {@link emulatorApp}. */
  app?: Partial<typeof emulatorApp>
  /** Compared exactly. Default: one address at `https://app.example.com`. */
  redirectUris?: readonly string[]
  /** Default: {@link defaultUsers}. */
  users?: readonly XeroUser[]
  /** Default: a virtual clock. */
  clock?: EmulatorClock
}

/** What tests hold in their hands. Read it again after `reset()`. */
export interface XeroProvider {
  readonly oauth: AuthorizationServer<XeroUser>
  /** Signs deliveries with the webhooks key. */
  readonly signature: DeliverySignature
  readonly connections: readonly XeroConnection[]
  readonly books: XeroBooks
  /** Which organisations a person picks at the next consents. Default: all. */
  pick(userId: string, tenantIds: readonly string[]): void
  /** A person disconnects an organisation from within Xero. */
  disconnect(tenantId: string): void
  /** One delivery with one event: `INVOICE`, `CREATE`. */
  event(category: string, type: string, tenantId?: string): Delivery
  /** What Xero sends to see whether somebody checks signatures. */
  intentToReceive(): Delivery
}

export type XeroEmulator = Emulator<XeroProvider>

/**
 * A strict stand-in for Xero, written from its documentation: Basic authentication at the token endpoint, tokens of thirty minutes that say
 * whose they are, refresh tokens for one use with half an hour of grace, organisations to choose, a tenant with each call, and signed deliveries.
 * @see https://developer.xero.com/documentation/guides/oauth2/auth-flow
 */
export function createXeroEmulator(options: XeroEmulatorOptions = {}): XeroEmulator {
  const app = { ...emulatorApp, ...options.app }
  const users = options.users ?? defaultUsers
  return createEmulator<XeroProvider>({
    name: "xero",
    origins: ["https://login.xero.com", "https://identity.xero.com", "https://api.xero.com"],
    ...(options.clock && { clock: options.clock }),
    setup(kit) {
      const connections: XeroConnection[] = []
      const picks = new Map<string, readonly string[]>()
      const books = seeded()
      const connect = ({ userId, tenants }: XeroUser, authEventId: string) => {
        const picked = picks.get(userId) ?? tenants.map(({ tenantId }) => tenantId)
        for (const tenant of tenants.filter(({ tenantId }) => picked.includes(tenantId))) {
          const at = connections.findIndex((one) => one.userId === userId && one.tenantId === tenant.tenantId)
          const [before] = at < 0 ? [] : connections.splice(at, 1)
          const id = before?.id ?? guid(0x9000 + connections.length)
          connections.push({ ...tenant, id, userId, authEventId })
        }
      }
      const oauth = xeroAuthorization(kit, app, users, connect, options.redirectUris)
      xeroApi(kit, oauth, connections, books)
      let sequence = 0
      return {
        oauth,
        connections,
        books,
        signature: hmacSignature({
          secret: app.webhookKey,
          encoding: "base64",
          headers: { "x-xero-signature": "{signature}" },
        }),
        pick: (userId, tenantIds) => void picks.set(userId, tenantIds),
        disconnect(tenantId) {
          const kept = connections.filter((one) => one.tenantId !== tenantId)
          connections.splice(0, connections.length, ...kept)
        },
        event(eventCategory, eventType, tenantId = first.tenantId) {
          sequence += 1
          const resourceId = guid(0x1001)
          const resourceUrl = `https://api.xero.com/api.xro/2.0/${eventCategory === "INVOICE" ? "Invoices" : "Contacts"}/${resourceId}`
          const eventDateUtc = new Date(kit.clock.now()).toISOString().replace("Z", "")
          const event = {
            resourceUrl,
            resourceId,
            eventDateUtc,
            eventType,
            eventCategory,
            tenantId,
            tenantType: "ORGANISATION",
          }
          return {
            body: {
              events: [event],
              lastEventSequence: sequence,
              firstEventSequence: sequence,
              entropy: "PWUGIPFPWJZRIYDPVUOE",
            },
          }
        },
        intentToReceive: () => ({
          body: { events: [], lastEventSequence: 0, firstEventSequence: 0, entropy: "S0m3r4Nd0mt3xt" },
        }),
      }
    },
  })
}

const scopes = [
  ...["openid", "profile", "email", "offline_access"],
  ...["accounting.invoices", "accounting.invoices.read", "accounting.contacts", "accounting.contacts.read"],
  ...["accounting.transactions", "accounting.transactions.read", "accounting.settings"],
]

/** @see https://developer.xero.com/documentation/guides/oauth2/auth-flow */
function xeroAuthorization(
  kit: EmulatorKit,
  app: typeof emulatorApp,
  users: readonly XeroUser[],
  connect: (user: XeroUser, authEventId: string) => void,
  redirectUris: readonly string[] = ["https://app.example.com/api/integrations/oauth/callback/xero"],
): AuthorizationServer<XeroUser> {
  const { clientId, clientSecret } = app
  const eventIds = new Map<string, string>()
  const eventOf = (grantId: string) => {
    const id = eventIds.get(grantId) ?? guid(0x5000 + eventIds.size)
    eventIds.set(grantId, id)
    return id
  }
  return authorizationServer<XeroUser>(kit, {
    authorizationEndpoint: "https://login.xero.com/identity/connect/authorize",
    tokenEndpoint: "https://identity.xero.com/connect/token",
    // https://developer.xero.com/documentation/guides/oauth2/auth-flow#revoking-tokens
    revocation: { endpoint: "https://identity.xero.com/connect/revocation", revokes: "account" },
    clients: [{ clientId, clientSecret, redirectUris, name: "The app" }],
    accounts: users.map((data) => ({ id: data.userId, label: data.email, data })),
    clientAuthentication: "basic",
    pkce: "optional",
    scopes,
    codeSeconds: 300,
    accessTokenSeconds: 1_800,
    refreshToken: { rotation: "single-use", reuse: { seconds: 1_800 }, idleDays: 60 },
    policy: ({ grant }) => (grant.scopes.includes("offline_access") ? {} : { refreshToken: "none" }),
    // https://developer.xero.com/documentation/guides/oauth2/token-types
    tokenValue({ kind, grant, random }) {
      if (kind !== "access") return random
      const claims = {
        iss: "https://identity.xero.com",
        aud: "https://identity.xero.com/resources",
        client_id: clientId,
        sub: random.slice(0, 32),
        xero_userid: grant.account.id,
        global_session_id: guid(0x7000),
        jti: random,
        authentication_event_id: eventOf(grant.id),
        scope: grant.scopes,
      }
      return `${encoded({ alg: "RS256", kid: "1CAF8E66772D6DC028D6726FD0261581570EFC19", typ: "JWT" })}.${encoded(claims)}.${random}`
    },
    tokenResponse(answer) {
      if (answer.grantType === "authorization_code") connect(answer.account.data, eventOf(answer.grant.id))
      return json(standardTokenBody(answer), { headers: { "cache-control": "no-store" } })
    },
    errorResponse: ({ error, status }) => json({ error }, { status: status === 401 ? 400 : status }),
  })
}

function encoded(part: object): string {
  return btoa(JSON.stringify(part)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")
}

/** Two contacts and two invoices in the first organisation, a contact in the second. */
function seeded(): XeroBooks {
  const contact = (number: number, tenantId: string, Name: string, EmailAddress: string) => ({
    ContactID: guid(number),
    ContactStatus: "ACTIVE",
    Name,
    EmailAddress,
    tenantId,
  })
  const maria = contact(0x2001, first.tenantId, "Maria One", "maria@customer.example")
  const { tenantId: _, ...Contact } = maria
  const invoice = (number: number, Status: string, Total: number) => ({
    InvoiceID: guid(number),
    InvoiceNumber: `INV-${number.toString(16)}`,
    Type: "ACCREC",
    Status,
    Contact,
    CurrencyCode: "NZD",
    DateString: "2026-11-01T00:00:00",
    DueDateString: "2026-11-30T00:00:00",
    LineItems: [{ Description: "Advice", Quantity: 1, UnitAmount: Total, LineAmount: Total }],
    SubTotal: Total,
    TotalTax: 0,
    Total,
    AmountDue: Total,
    tenantId: first.tenantId,
  })
  return {
    invoices: [invoice(0x1001, "AUTHORISED", 230), invoice(0x1002, "DRAFT", 80)],
    contacts: [
      maria,
      contact(0x2002, first.tenantId, "Bo Two", "bo@customer.example"),
      contact(0x2003, second.tenantId, "Kim Three", "kim@customer.example"),
    ],
    answers: new Map(),
  }
}
