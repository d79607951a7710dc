import { type AuthorizationServer, type Call, type EmulatorKit, json } from "@holdfast/emulator"

/** An account at PayPal: a person's, and the business behind an app. */
export interface PayPalAccount {
  readonly payerId: string
  readonly name: string
  readonly email: string
}

export interface PayPalOrder {
  readonly id: string
  readonly payerId: string
  status: "CREATED" | "APPROVED" | "COMPLETED"
  readonly intent: string
  readonly units: readonly Json[]
  capture?: { readonly id: string; readonly value: number; readonly currency: string; refunded: number }
}

type Json = Record<string, unknown>
type Answer = (call: Call, account: PayPalAccount) => Response | Promise<Response>

/** Scopes that an app's own token has. */
export const businessScopes = [
  "https://uri.paypal.com/services/invoicing",
  "https://uri.paypal.com/services/payments/realtimepayment",
  "https://uri.paypal.com/services/payments/payment/authcapture",
  "https://uri.paypal.com/services/payments/refund",
  "https://uri.paypal.com/services/reporting/search/read",
  "https://uri.paypal.com/services/applications/webhooks",
  "openid",
]

/** An error in the API's form. @see https://developer.paypal.com/api/rest/responses/ */
function failure(status: number, name: string, message: string, issue?: string): Response {
  const details = issue === undefined ? [] : [{ issue, description: message }]
  return json({ name, message, debug_id: "90957fca61718", details, links: [] }, { status })
}

/** Who is there, orders, captures, refunds, transactions. @see https://developer.paypal.com/api/rest/ */
export function paymentsApi(
  kit: EmulatorKit,
  oauth: AuthorizationServer<PayPalAccount>,
  orders: PayPalOrder[],
  api: string,
): void {
  const answers = new Map<string, unknown>()
  const route = (method: "GET" | "POST", path: string, scope: string, answer: Answer) =>
    kit.route(
      method,
      api,
      path,
      async (call) => {
        const token = oauth.inspect(call.request)
        if (token.is !== "live") {
          // https://developer.paypal.com/api/rest/responses/: tokens are told of as OAuth does.
          return json(
            { error: "invalid_token", error_description: "Token signature verification failed" },
            { status: 401 },
          )
        }
        call.note({ grantId: token.grant.id })
        if (!token.scopes.includes(scope)) {
          return failure(
            403,
            "NOT_AUTHORIZED",
            "Authorization failed due to insufficient permissions.",
            "PERMISSION_DENIED",
          )
        }
        const requestId = call.request.headers.get("paypal-request-id")
        const key = `${token.account.id} ${path} ${requestId}`
        if (requestId !== null && answers.has(key)) return json(answers.get(key))
        if (method === "POST" && (await call.json()) === undefined) {
          return failure(415, "UNSUPPORTED_MEDIA_TYPE", "The server does not support the request payload's media type.")
        }
        const answered = await answer(call, token.account.data)
        if (requestId !== null && answered.ok) answers.set(key, await answered.clone().json())
        return answered
      },
      { id: `${method} ${path}` },
    )
  const payments = "https://uri.paypal.com/services/payments/payment/authcapture"
  const mine = ({ payerId }: PayPalAccount) => orders.filter((order) => order.payerId === payerId)
  const missing = () =>
    failure(404, "RESOURCE_NOT_FOUND", "The specified resource does not exist.", "INVALID_RESOURCE_ID")

  route("GET", "/v1/identity/oauth2/userinfo", "openid", ({ url }, { payerId, name, email }) => {
    if (url.searchParams.get("schema") !== "paypalv1.1") {
      return failure(400, "VALIDATION_ERROR", "Invalid request - see details.", "schema")
    }
    return json({
      user_id: `https://www.paypal.com/webapps/auth/identity/user/mWq6_1sU85v5EG9yHdPxJRrhGHrnMJ-1PQKtX6pcsm${payerId}`,
      sub: `https://www.paypal.com/webapps/auth/identity/user/mWq6_1sU85v5EG9yHdPxJRrhGHrnMJ-1PQKtX6pcsm${payerId}`,
      name,
      payer_id: payerId,
      verified_account: "true",
      emails: [{ value: email, primary: true, confirmed: true }],
    })
  })

  route("GET", "/v1/notifications/webhooks-event-types", "https://uri.paypal.com/services/applications/webhooks", () =>
    json({
      event_types: [
        { name: "PAYMENT.CAPTURE.COMPLETED", description: "A payment capture completes.", status: "ENABLED" },
      ],
    }),
  )

  route("POST", "/v2/checkout/orders", payments, async (call, { payerId }) => {
    const body = await call.json()
    const units = isRecord(body) && Array.isArray(body.purchase_units) ? body.purchase_units.filter(isRecord) : []
    if (!isRecord(body) || !["CAPTURE", "AUTHORIZE"].includes(String(body.intent)) || units.length === 0) {
      return failure(
        400,
        "INVALID_REQUEST",
        "Request is not well-formed, syntactically incorrect, or violates schema.",
        "MISSING_REQUIRED_PARAMETER",
      )
    }
    const [amount] = units.map((unit) => unit.amount)
    if (!isRecord(amount) || amount.currency_code === "XXX") {
      return failure(
        422,
        "UNPROCESSABLE_ENTITY",
        "The requested action could not be performed.",
        "CURRENCY_NOT_SUPPORTED",
      )
    }
    const order: PayPalOrder = {
      id: `5O190127TN36471${String(orders.length).padStart(2, "0")}`,
      payerId,
      status: "CREATED",
      intent: String(body.intent),
      units,
    }
    orders.push(order)
    return json(shown(order, api), { status: 201 })
  })

  route("GET", "/v2/checkout/orders/{id}", payments, (call, account) => {
    const order = mine(account).find(({ id }) => id === call.params.id)
    return order ? json(shown(order, api)) : missing()
  })

  route("POST", "/v2/checkout/orders/{id}/capture", payments, (call, account) => {
    const order = mine(account).find(({ id }) => id === call.params.id)
    if (!order) return missing()
    const refused = (issue: string) =>
      failure(422, "UNPROCESSABLE_ENTITY", "The requested action could not be performed.", issue)
    if (order.status === "COMPLETED") return refused("ORDER_ALREADY_CAPTURED")
    if (order.status === "CREATED") return refused("ORDER_NOT_APPROVED")
    const [amount] = order.units.map((unit) => unit.amount)
    const { value, currency_code } = isRecord(amount) ? amount : {}
    order.status = "COMPLETED"
    order.capture = {
      id: `3C679366HH9089${order.id.slice(-3)}`,
      value: Number(value),
      currency: String(currency_code),
      refunded: 0,
    }
    return json(shown(order, api), { status: 201 })
  })

  route(
    "POST",
    "/v2/payments/captures/{id}/refund",
    "https://uri.paypal.com/services/payments/refund",
    async (call, account) => {
      const capture = mine(account).find((order) => order.capture?.id === call.params.id)?.capture
      if (!capture) return missing()
      const body = await call.json()
      const part =
        isRecord(body) && isRecord(body.amount) ? Number(body.amount.value) : capture.value - capture.refunded
      if (part <= 0 || capture.refunded + part > capture.value) {
        return failure(
          422,
          "UNPROCESSABLE_ENTITY",
          "The requested action could not be performed.",
          "REFUND_AMOUNT_EXCEEDED",
        )
      }
      capture.refunded += part
      const amount = { value: part.toFixed(2), currency_code: capture.currency }
      return json(
        { id: `1JU08902781691${capture.refunded}`.replace(".", ""), status: "COMPLETED", amount },
        { status: 201 },
      )
    },
  )

  route(
    "GET",
    "/v1/reporting/transactions",
    "https://uri.paypal.com/services/reporting/search/read",
    ({ url }, account) => {
      const query = url.searchParams
      const [start, end] = ["start_date", "end_date"].map((name) => Date.parse(query.get(name) ?? ""))
      if (!(Number(end) - Number(start) <= 31 * 86_400_000)) {
        return failure(400, "INVALID_REQUEST", "Request is not well-formed.", "Date range is greater than 31 days")
      }
      const pageSize = Number(query.get("page_size") ?? 100)
      const page = Number(query.get("page") ?? 1)
      const captures = mine(account).flatMap(({ capture }) => (capture ? [capture] : []))
      return json({
        transaction_details: captures.slice((page - 1) * pageSize, page * pageSize).map(({ id, value, currency }) => ({
          transaction_info: {
            transaction_id: id,
            transaction_status: "S",
            transaction_amount: { currency_code: currency, value: value.toFixed(2) },
          },
        })),
        account_number: account.payerId,
        page,
        total_items: captures.length,
        total_pages: Math.ceil(captures.length / pageSize),
      })
    },
  )
}

function shown({ id, status, intent, units, capture }: PayPalOrder, api: string): Json {
  const captures = capture && [
    {
      id: capture.id,
      status: "COMPLETED",
      amount: { currency_code: capture.currency, value: capture.value.toFixed(2) },
    },
  ]
  return {
    id,
    status,
    intent,
    purchase_units: units.map((unit) => ({
      reference_id: "default",
      ...unit,
      ...(captures && { payments: { captures } }),
    })),
    links: [
      { href: `${api}/v2/checkout/orders/${id}`, rel: "self", method: "GET" },
      { href: `https://www.paypal.com/checkoutnow?token=${id}`, rel: "approve", method: "GET" },
    ],
  }
}

function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
