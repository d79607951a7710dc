// https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow
import {
  type Account,
  type AppOptions,
  type Call,
  type CheckPart,
  type ErrorCode,
  type Evidence,
  HoldfastError,
  isHoldfastError,
  type Setup,
} from "@holdfast/core"
import { z } from "zod"
import { causes } from "./causes.js"
import { personalTenantId, tenantOf } from "./tenant.js"

/** The registration of an app in Microsoft Entra; one serves all products. */
export interface MicrosoftOptions extends AppOptions {
  /** The application (client) id. */
  readonly clientId?: string
  readonly clientSecret?: string
  /**
   * Who may connect: `common` (everybody), `organizations` (work and school accounts), `consumers` (personal accounts), or the id or a
   * domain of one organisation. Default: `common`.
   */
  readonly tenant?: string
}

/** Microsoft Graph. */
export const graphUrl = "https://graph.microsoft.com/v1.0"

/** What an id token says. @see https://learn.microsoft.com/en-us/entra/identity-platform/id-token-claims-reference */
const identity = z.looseObject({
  iss: z.string(),
  tid: z.guid(),
  oid: z.guid(),
  name: z.string().optional(),
  preferred_username: z.string().optional(),
  email: z.string().optional(),
})

/** What all products have in common. */
export const microsoft = {
  vendor: "microsoft",
  causes,
  app: {
    schema: z.object({
      clientId: z.string().min(1),
      clientSecret: z.string().min(1),
      tenant: z
        .string()
        .regex(/^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i)
        .optional(),
    }),
    fields: [
      {
        name: "clientId",
        label: "Application (client) ID",
        secret: false,
        help: "Microsoft Entra admin center, App registrations, Overview of your app.",
      },
      {
        name: "clientSecret",
        label: "Client secret",
        secret: true,
        help: "Certificates & secrets, Client secrets: the Value, not the Secret ID.",
      },
      {
        name: "tenant",
        label: "Tenant",
        secret: false,
        required: false,
        help: "common (default), organizations, consumers, or the directory (tenant) ID of the only organisation that may connect.",
      },
    ],
  },

  /** `tid` and `oid` never change and are never given to another person. Graph writes the id of a personal account in another way. */
  async identify({ app }: Call, { token }: Evidence): Promise<Account> {
    const claims = identity.safeParse(token?.id_token_claims).data
    if (!claims) throw new HoldfastError("response_invalid", "Microsoft sent no id token for this app.")
    const { iss, tid, oid, name, preferred_username, email } = claims
    if (iss !== `https://login.microsoftonline.com/${tid}/v2.0` || !isLetIn(tid, tenantOf(app)))
      throw new HoldfastError("response_invalid", "The id token is of another issuer than the app's tenant.")
    const address = email ?? (preferred_username?.includes("@") ? preferred_username : undefined)
    const isPersonal = tid === personalTenantId
    return {
      id: `${tid}:${oid}`,
      label: preferred_username ?? name ?? oid,
      ...(address !== undefined && { email: address }),
      data: { tenantId: tid, userId: oid, accountType: isPersonal ? "personal" : "work" },
      ...(isPersonal && { kind: "personal" }),
    }
  },
} as const

/** Whether an account of this tenant may come through the door that was asked at. A domain's tenant only Microsoft knows. */
function isLetIn(tid: string, tenant: string): boolean {
  if (tenant === "consumers") return tid === personalTenantId
  if (tenant === "organizations") return tid !== personalTenantId
  return !z.guid().safeParse(tenant).success || tid === tenant.toLowerCase()
}

const me = z.looseObject({ id: z.string().min(1) })

/**
 * A check that asks who is there, and then the product's API for something small.
 * @param probe - what it asks; the answer does not matter
 */
export function checkWith(probe: (call: Call) => Promise<unknown>): (call: Call) => Promise<readonly CheckPart[]> {
  return async (call) => {
    await call.http.get("/me", { query: { $select: "id" }, output: me })
    return [{ name: "token", ok: true }, await apiPart(call, probe)]
  }
}

const tokenRefused: ReadonlySet<ErrorCode> = new Set(["reauth_required", "credential_invalid"])

async function apiPart(call: Call, probe: (call: Call) => Promise<unknown>): Promise<CheckPart> {
  try {
    await probe(call)
  } catch (error) {
    if (!isHoldfastError(error)) throw error
    // The API answered; what was not granted is told as permissions.
    if (error.code === "scope_missing" || error.code === "resource_not_found") return { name: "api", ok: true }
    // The same token was taken a moment ago, so whatever this API has against it, it is not dead (ruling R14).
    const code = tokenRefused.has(error.code) ? "provider_rejected" : error.code
    return { name: "api", ok: false, code }
  }
  return { name: "api", ok: true }
}

/** What a person does in the admin center before a product works. */
export function setupFor(permissions: readonly string[], further: readonly string[] = []): Setup {
  return {
    url: "https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade",
    steps: [
      "In the Microsoft Entra admin center open “App registrations” and choose “New registration”.",
      "Under “Supported account types” pick accounts in any organizational directory and personal Microsoft accounts, unless only your own organisation is to connect: then pick the single tenant, and save its directory (tenant) ID here as the tenant.",
      "As the redirect URI choose the platform “Web” and enter {redirectUri}, exactly as it is written here.",
      `Under “API permissions” add these delegated permissions of Microsoft Graph: openid, profile, email, offline_access, User.Read, ${permissions.join(", ")}.`,
      "Under “Certificates & secrets” make a client secret and copy its value at once. It expires: note the day, and save a new one here before.",
      ...further,
      "Copy the application (client) ID and the secret into the settings here. One app serves all Microsoft products.",
    ],
  }
}
