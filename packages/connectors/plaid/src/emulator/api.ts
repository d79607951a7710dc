import { type Call, type EmulatorKit, json } from "@holdfast/emulator"
import type { Items, LinkSession, PlaidItem } from "./items.js"
import type { WebhookKeys } from "./webhook-keys.js"

type Body = Record<string, unknown>
type Answer = (body: Body, item: PlaidItem) => Response | Promise<Response>

const transactionCount = 3

/** @see https://plaid.com/docs/api/ */
export function plaidApi(
  kit: EmulatorKit,
  app: { readonly clientId: string; readonly clientSecret: string },
  items: Items,
  keys: WebhookKeys,
): void {
  const answer = (body: object) => json({ ...body, request_id: kit.random.id("", 15) })
  const refuse = (status: number, type: string, code: string) =>
    json(
      {
        error_type: type,
        error_code: code,
        error_message: "No.",
        display_message: null,
        request_id: kit.random.id("", 15),
      },
      { status },
    )

  /** A call of the app: its keys are in the body or in headers. @see https://plaid.com/docs/api/#api-protocols-and-headers */
  function route(path: string, run: (body: Body) => Response | Promise<Response>): void {
    kit.route("POST", "https://sandbox.plaid.com", path, async (call) => {
      const body = await objectOf(call)
      if (!body) return refuse(400, "INVALID_REQUEST", "INVALID_BODY")
      const { headers } = call.request
      const clientId = headers.get("plaid-client-id") ?? body.client_id
      const secret = headers.get("plaid-secret") ?? body.secret
      if (clientId === undefined || secret === undefined) return refuse(400, "INVALID_REQUEST", "MISSING_FIELDS")
      const isOurs = clientId === app.clientId && secret === app.clientSecret
      return isOurs ? await run(body) : refuse(400, "INVALID_INPUT", "INVALID_API_KEYS")
    })
    // The keys of one environment are nothing to the other.
    kit.route("POST", "https://production.plaid.com", path, () => refuse(400, "INVALID_INPUT", "INVALID_API_KEYS"))
  }

  /** A call about an Item. `data`: it needs the bank's consent, and fails while the bank wants the person again. */
  function itemRoute(path: string, run: Answer, data = false): void {
    route(path, async (body) => {
      if (body.access_token === undefined) return refuse(400, "INVALID_REQUEST", "MISSING_FIELDS")
      const item = items.byToken(body.access_token)
      if (!item) return refuse(400, "INVALID_INPUT", "INVALID_ACCESS_TOKEN")
      return data && item.error ? refuse(400, typeOf(item.error), item.error) : await run(body, item)
    })
  }

  route("/link/token/create", (body) => {
    const { access_token, products, hosted_link, user } = body
    const names = ["client_name", "language", "country_codes"].every((name) => body[name] !== undefined)
    if (!names || typeof (user as Body | undefined)?.client_user_id !== "string")
      return refuse(400, "INVALID_REQUEST", "MISSING_FIELDS")
    // https://plaid.com/docs/link/update-mode/: an access_token stands instead of products.
    if ((access_token === undefined) === (products === undefined))
      return refuse(400, "INVALID_REQUEST", "INVALID_FIELD")
    const item = access_token === undefined ? undefined : items.byToken(access_token)
    if (access_token !== undefined && !item) return refuse(400, "INVALID_INPUT", "INVALID_ACCESS_TOKEN")
    // Nothing mends it, after the person took the permission back at Plaid's own portal.
    if (item?.error === "USER_PERMISSION_REVOKED") return refuse(400, typeOf(item.error), item.error)
    const uri = (hosted_link as Body | undefined)?.completion_redirect_uri
    const link = items.createLink(typeof uri === "string" ? uri : undefined, item)
    return answer({
      link_token: link.value,
      expiration: new Date(link.expiresAt).toISOString(),
      ...(hosted_link !== undefined && { hosted_link_url: link.url }),
    })
  })

  route("/link/token/get", ({ link_token }) => {
    const link = items.link(link_token)
    if (!link) return refuse(400, "INVALID_INPUT", "INVALID_LINK_TOKEN")
    return answer({ link_token: link.value, link_sessions: link.sessions.map(sessionOf) })
  })

  route("/item/public_token/exchange", ({ public_token }) => {
    const item = items.exchange(public_token)
    if (!item) return refuse(400, "INVALID_INPUT", "INVALID_PUBLIC_TOKEN")
    return answer({ access_token: item.accessToken, item_id: item.id })
  })

  itemRoute("/item/get", (_body, item) => answer({ item: itemOf(item), status: null }))

  itemRoute("/item/remove", (_body, item) => {
    item.removed = true
    kit.countRevocation()
    return answer({})
  })

  itemRoute("/item/webhook/update", ({ webhook }, item) => {
    item.webhook = typeof webhook === "string" ? webhook : null
    return answer({ item: itemOf(item) })
  })

  const listAccounts: Answer = ({ options }, item) => {
    const wanted = (options as { account_ids?: readonly string[] } | undefined)?.account_ids
    const all = accountsOf(item)
    const unknown = wanted?.some((id) => !all.some(({ account_id }) => account_id === id))
    if (unknown) return refuse(400, "INVALID_INPUT", "INVALID_ACCOUNT_ID")
    const accounts = all.filter(({ account_id }) => !wanted || wanted.includes(account_id))
    return answer({ accounts, item: itemOf(item) })
  }
  itemRoute("/accounts/get", listAccounts, true)
  itemRoute("/accounts/balance/get", listAccounts, true)

  // https://plaid.com/docs/api/products/transactions/#transactionssync
  itemRoute(
    "/transactions/sync",
    ({ cursor = "", count = 100 }, item) => {
      const from = cursor === "" ? 0 : Number(/^after-(\d+)$/.exec(String(cursor))?.[1] ?? Number.NaN)
      if (Number.isNaN(from)) return refuse(400, "INVALID_REQUEST", "INVALID_FIELD")
      const to = Math.min(from + Number(count), transactionCount)
      const added = transactionsOf(item).slice(from, to)
      return answer({
        accounts: accountsOf(item),
        added,
        modified: [],
        removed: [],
        next_cursor: `after-${to}`,
        has_more: to < transactionCount,
        transactions_update_status: "HISTORICAL_UPDATE_COMPLETE",
      })
    },
    true,
  )

  route("/webhook_verification_key/get", async ({ key_id }) => {
    const key = await keys.publicKey(key_id)
    return key ? answer({ key }) : refuse(400, "INVALID_INPUT", "INVALID_WEBHOOK_VERIFICATION_KEY_ID")
  })

  kit.notFound(() => refuse(404, "INVALID_REQUEST", "NOT_FOUND"))
}

async function objectOf(call: Call): Promise<Body | undefined> {
  const body = await call.json()
  return typeof body === "object" && body !== null && !Array.isArray(body) ? (body as Body) : undefined
}

const typeOf = (code: string) => (code === "USER_PERMISSION_REVOKED" ? "INVALID_INPUT" : "ITEM_ERROR")
const time = (at: number) => new Date(at).toISOString()

function sessionOf({ id, startedAt, finishedAt, publicToken, exited }: LinkSession): object {
  const left = { error: null, metadata: { status: "requires_credentials" } }
  return {
    link_session_id: id,
    started_at: time(startedAt),
    finished_at: finishedAt === undefined ? null : time(finishedAt),
    on_success: publicToken === undefined ? null : { public_token: publicToken, metadata: null },
    exit: exited ? left : null,
    on_exit: exited ? left : null,
    results: {
      item_add_results:
        publicToken === undefined ? [] : [{ public_token: publicToken, accounts: [], institution: null }],
    },
    events: [],
  }
}

function itemOf({ id, user, webhook, error }: PlaidItem): object {
  return {
    item_id: id,
    institution_id: user.institutionId,
    institution_name: user.institutionName,
    webhook,
    error:
      error === null
        ? null
        : { error_type: typeOf(error), error_code: error, error_message: "No.", display_message: null },
    available_products: ["balance", "identity"],
    billed_products: ["transactions"],
    consent_expiration_time: null,
    update_type: "background",
  }
}

function accountsOf({ user }: PlaidItem) {
  return ["checking", "savings"].map((subtype, index) => ({
    account_id: `${user.id}_${subtype}`,
    balances: {
      available: 100 + index,
      current: 110 + index,
      iso_currency_code: "USD",
      limit: null,
      unofficial_currency_code: null,
    },
    mask: `000${index}`,
    name: `Plaid ${subtype}`,
    official_name: null,
    type: "depository",
    subtype,
  }))
}

function transactionsOf({ user }: PlaidItem) {
  return Array.from({ length: transactionCount }, (_, index) => ({
    transaction_id: `${user.id}_transaction_${index + 1}`,
    account_id: `${user.id}_checking`,
    amount: 12.5 + index,
    iso_currency_code: "USD",
    date: `2026-01-0${index + 1}`,
    name: `Purchase ${index + 1}`,
    pending: false,
  }))
}
