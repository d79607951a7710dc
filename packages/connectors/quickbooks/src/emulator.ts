import {
  type AuthorizationServer,
  createEmulator,
  type Delivery,
  type DeliverySignature,
  type Emulator,
  type EmulatorClock,
  hmacSignature,
} from "@holdfast/emulator"
import { intuitAuthorization } from "./emulator/authorization.js"
import { companyApi, type QuickBooksCompany, type QuickBooksRecord } from "./emulator/company.js"

export type { QuickBooksCompany, QuickBooksRecord } from "./emulator/company.js"

/** The registration of an app that the stand-in knows unless told otherwise. */
export const emulatorApp = {
  clientId: "ABEmulatedQuickBooksClient01",
  clientSecret: "emulated-quickbooks-client-secret",
  verifierToken: "emulated-quickbooks-verifier-token",
}

export const defaultCompanies: readonly QuickBooksCompany[] = [
  { realmId: "9130355377388383", name: "First Landscaping", email: "first@quickbooks.example" },
  { realmId: "9130355377388384", name: "Second Catering", email: "second@quickbooks.example" },
]

/** What a test or a demo may choose. Every field has a default. */
export interface QuickBooksEmulatorOptions {
  /** Default: {@link emulatorApp}. */
  app?: Partial<typeof emulatorApp>
  /** Compared exactly. Default: one address at `https://app.example.com`. */
  redirectUris?: readonly string[]
  /** Default: {@link defaultCompanies}. */
  companies?: readonly QuickBooksCompany[]
  /** Whether the companies are real ones or sandboxes; the other host knows none of them. Default: "production". */
  environment?: "production" | "sandbox"
  /** Default: a virtual clock. */
  clock?: EmulatorClock
}

/** What tests hold in their hands. Read it again after `reset()`. */
export interface QuickBooksProvider {
  readonly oauth: AuthorizationServer<QuickBooksCompany>
  /** Signs deliveries with the verifier token. */
  readonly signature: DeliverySignature
  readonly records: readonly QuickBooksRecord[]
  /** One delivery with one event, as Intuit sends it since 2026: `invoice`, `created`. */
  event(entity: string, operation: string, realmId?: string): Delivery
  /** The same in the form before: `Invoice`, `Create`. */
  notification(entity: string, operation: string, realmId?: string): Delivery
}

export type QuickBooksEmulator = Emulator<QuickBooksProvider>

/**
 * A strict stand-in for QuickBooks Online, written from Intuit's documentation: the company in the callback's query, Basic authentication,
 * refresh tokens that change about daily, errors in Intuit's forms, queries, and signed deliveries in both forms.
 * @see https://developer.intuit.com/app/developer/qbo/docs/develop/authentication-and-authorization/oauth-2.0
 */
export function createQuickBooksEmulator(options: QuickBooksEmulatorOptions = {}): QuickBooksEmulator {
  const app = { ...emulatorApp, ...options.app }
  const companies = options.companies ?? defaultCompanies
  const production = "https://quickbooks.api.intuit.com"
  const sandbox = "https://sandbox-quickbooks.api.intuit.com"
  return createEmulator<QuickBooksProvider>({
    name: "quickbooks",
    origins: [
      "https://appcenter.intuit.com",
      "https://oauth.platform.intuit.com",
      "https://developer.api.intuit.com",
      production,
      sandbox,
    ],
    ...(options.clock && { clock: options.clock }),
    setup(kit) {
      const [first] = companies
      if (!first) throw new TypeError("the emulator needs a company")
      const records = seeded(first.realmId)
      const { clientId, clientSecret } = app
      const oauth = intuitAuthorization(kit, { clientId, clientSecret }, companies, options.redirectUris)
      const isSandbox = options.environment === "sandbox"
      companyApi(kit, oauth, records, isSandbox ? sandbox : production, isSandbox ? production : sandbox)
      const time = () => new Date(kit.clock.now()).toISOString()
      let events = 0
      return {
        oauth,
        records,
        signature: hmacSignature({
          secret: app.verifierToken,
          encoding: "base64",
          headers: { "intuit-signature": "{signature}" },
        }),
        event(entity, operation, realmId = first.realmId) {
          events += 1
          const event = {
            specversion: "1.0",
            id: `88cd52aa-33b6-4351-9aa4-${String(events).padStart(12, "0")}`,
            source: "intuit.dsnBgbseACLLRZNxo2dfc4evmEJdxde58xeeYcZliOU=",
            type: `qbo.${entity}.${operation}.v1`,
            datacontenttype: "application/json",
            time: time(),
            intuitentityid: "301",
            intuitaccountid: realmId,
            data: {},
          }
          return { body: [event] }
        },
        notification(name, operation, realmId = first.realmId) {
          const entities = [{ id: "301", operation, name, lastUpdated: time() }]
          return { body: { eventNotifications: [{ realmId, dataChangeEvent: { entities } }] } }
        },
      }
    },
  })
}

/** Three customers, one of them inactive, and an invoice. */
function seeded(realmId: string): QuickBooksRecord[] {
  const customer = (Id: string, DisplayName: string, Active = true): QuickBooksRecord => ({
    Id,
    SyncToken: "0",
    DisplayName,
    Active,
    Balance: 0,
    realmId,
    entity: "Customer",
  })
  return [
    customer("101", "Maria One"),
    customer("102", "Bo O'Two"),
    customer("103", "Gone Three", false),
    {
      Id: "301",
      SyncToken: "1",
      DocNumber: "1001",
      TxnDate: "2026-11-01",
      CustomerRef: { value: "101", name: "Maria One" },
      Line: [{ Id: "1", Amount: 100, Description: "Gardening", DetailType: "SalesItemLineDetail" }],
      TotalAmt: 100,
      Balance: 100,
      realmId,
      entity: "Invoice",
    },
  ]
}
