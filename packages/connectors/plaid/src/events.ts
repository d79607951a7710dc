// https://plaid.com/docs/api/webhooks/webhook-verification/
import { HoldfastError, isSameText, type VerifyContext, type Webhooks } from "@holdfast/core"
import { compactVerify, decodeProtectedHeader, importJWK } from "jose"
import { z } from "zod"
import { keyMemory, type WebhookKey } from "./webhook-keys.js"

const toleranceSeconds = 300

const claims = z.looseObject({ iat: z.number(), request_body_sha256: z.string().regex(/^[0-9a-f]{64}$/) })
const payload = z.looseObject({ item_id: z.string() })
const account = payload.extend({ account_id: z.string() })
const failed = payload.extend({ error: z.looseObject({ error_code: z.string() }).nullish() })
const kind = z.looseObject({ webhook_type: z.string(), webhook_code: z.string(), item_id: z.string().optional() })

/** Deliveries, proved by a key that Plaid shows to the app alone. Keys are kept for a day. */
export function plaidWebhooks(): Webhooks {
  const keyFor = keyMemory()

  return {
    scheme: "Plaid-Verification: JWT (ES256) over request_body_sha256, key by kid from /webhook_verification_key/get",
    async verify(context, { headers, body, text }) {
      await proved(context, headers.get("plaid-verification") ?? "", body, (kid) => keyFor(context, kid))
      const event: unknown = parsed(text)
      const found = kind.safeParse(event).data
      if (!found) throw unverified("The body is not one of Plaid's.")
      const name = `${found.webhook_type}_${found.webhook_code}`.toLowerCase()
      const { item_id: accountId } = found
      return { is: "events", events: accountId === undefined ? [] : [{ name, accountId, payload: event }] }
    },
    // https://plaid.com/docs/api/items/#webhooks and https://plaid.com/docs/api/products/transactions/#sync_updates_available
    events: {
      transactions_sync_updates_available: { summary: "There are new transactions to sync", payload },
      item_error: { summary: "The Item cannot be read until somebody acts", payload: failed },
      item_login_repaired: { summary: "The Item can be read again", payload },
      item_new_accounts_available: { summary: "The bank has further accounts", payload },
      item_pending_disconnect: { summary: "The Item will need the person soon", payload },
      item_pending_expiration: { summary: "The consent ends soon", payload },
      item_user_account_revoked: { summary: "The person took back one account of several", payload: account },
      item_user_permission_revoked: { summary: "The person took the permission back", payload },
    },
    // The address is the Item's, so asking twice changes nothing: https://plaid.com/docs/api/items/#itemwebhookupdate
    async subscribe({ http }, { url }) {
      await http.post("/item/webhook/update", { json: { webhook: url }, idempotent: true })
      return [{ data: { url } }]
    },
    async unsubscribe({ http }) {
      await http.post("/item/webhook/update", { json: { webhook: null }, idempotent: true })
    },
    ends({ name, payload: said }) {
      if (name === "item_user_permission_revoked") return true
      return name === "item_error" && failed.safeParse(said).data?.error?.error_code === "ITEM_LOGIN_REQUIRED"
    },
  }
}

async function proved(
  context: VerifyContext,
  token: string,
  body: Uint8Array,
  keyFor: (kid: string) => Promise<WebhookKey>,
): Promise<void> {
  const found = await keyFor(kidOf(token))
  const now = Math.floor(context.clock.now() / 1000)
  if (found.expired_at && found.expired_at <= now) throw unverified("The key has expired.")
  const { kty, crv, x, y } = found
  const said = await importJWK({ kty, crv, x, y }, "ES256")
    .then((publicKey) => compactVerify(token, publicKey, { algorithms: ["ES256"] }))
    .catch(() => {
      throw unverified("The signature is wrong.")
    })
  const claimed = claims.safeParse(parsed(new TextDecoder().decode(said.payload))).data
  if (!claimed) throw unverified("The token says something else.")
  if (Math.abs(now - claimed.iat) > toleranceSeconds) throw unverified("The delivery is too old.")
  if (!isSameText(await sha256(body), claimed.request_body_sha256)) throw unverified("The body is another one.")
}

/** Only ES256, before anything is asked of anybody. */
function kidOf(token: string): string {
  try {
    const { alg, kid } = decodeProtectedHeader(token)
    if (alg === "ES256" && typeof kid === "string" && /^[\w-]{1,128}$/.test(kid)) return kid
  } catch {
    // Falls through to the refusal.
  }
  throw unverified("There is no ES256 token with a kid in Plaid-Verification.")
}

async function sha256(body: Uint8Array): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new Uint8Array(body))
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("")
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function unverified(message: string): HoldfastError {
  return new HoldfastError("webhook_unverified", message, { details: { connector: "plaid" } })
}
