import {
  ApiError,
  CheckoutPaymentIntent,
  Client,
  Environment,
  OrdersController,
  PaymentsController,
  TransactionSearchController,
} from "@paypal/paypal-server-sdk"
import { describe, expect, it } from "vitest"
import { createPayPalEmulator, emulatorBusinesses } from "./emulator.js"

// PayPal's own library against the stand-in: what it refuses, that has wrong. Its addresses are fixed, so what it sends is handed over here.

interface Sent {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, unknown>>
  readonly params?: Readonly<Record<string, string>>
  readonly data?: string
}

function client(secret: string = emulatorBusinesses.first.clientSecret) {
  const emulator = createPayPalEmulator({ environment: "sandbox" })
  const adapter = async (config: Sent) => {
    const { url, method, headers, data } = config
    const answer = await emulator.fetch(url, {
      method: method.toUpperCase(),
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
      ...(data !== undefined && { body: String(data) }),
    })
    const { status, statusText } = answer
    return {
      data: await answer.text(),
      status,
      statusText,
      headers: Object.fromEntries(answer.headers),
      config,
      request: {},
    }
  }
  const paypal = new Client({
    environment: Environment.Sandbox,
    clientCredentialsAuthCredentials: {
      oAuthClientId: emulatorBusinesses.first.clientId,
      oAuthClientSecret: secret,
    },
    unstable_httpClientOptions: { adapter },
  })
  return { emulator, paypal }
}

describe("@paypal/paypal-server-sdk", () => {
  it("gets a token by itself, creates an order, captures and refunds it", async () => {
    const { emulator, paypal } = client()
    const orders = new OrdersController(paypal)
    const { result: order } = await orders.createOrder({
      body: {
        intent: CheckoutPaymentIntent.Capture,
        purchaseUnits: [{ amount: { currencyCode: "EUR", value: "10.00" } }],
      },
      prefer: "return=representation",
    })
    expect(order).toMatchObject({ status: "CREATED", purchaseUnits: [{ amount: { value: "10.00" } }] })
    const id = order.id ?? ""
    emulator.provider.approve(id)
    const { result: captured } = await orders.captureOrder({ id, prefer: "return=representation", body: {} })
    const capture = captured.purchaseUnits?.[0]?.payments?.captures?.[0]
    expect(capture).toMatchObject({ status: "COMPLETED" })
    const { result: refund } = await new PaymentsController(paypal).refundCapturedPayment({
      captureId: capture?.id ?? "",
      body: { amount: { currencyCode: "EUR", value: "4.00" } },
    })
    expect(refund).toMatchObject({ status: "COMPLETED", amount: { value: "4.00" } })
    expect(emulator.counters.tokensIssued).toEqual({ client_credentials: 1 })
  })

  it("searches transactions", async () => {
    const { paypal } = client()
    const { result } = await new TransactionSearchController(paypal).searchTransactions({
      startDate: "2026-11-01T00:00:00Z",
      endDate: "2026-11-30T00:00:00Z",
    })
    expect(result).toMatchObject({
      totalItems: 1,
      transactionDetails: [{ transactionInfo: { transactionStatus: "S" } }],
    })
  })

  it("sees PayPal's errors: status, name and issue", async () => {
    const orders = new OrdersController(client().paypal)
    const early = await orders.captureOrder({ id: "5O190127TN36471A1", body: {} }).catch((error: unknown) => error)
    expect(early).toBeInstanceOf(ApiError)
    expect(early).toMatchObject({ statusCode: 422, result: { name: "UNPROCESSABLE_ENTITY" } })
    await expect(orders.getOrder({ id: "NONE" })).rejects.toMatchObject({ statusCode: 404 })
    const wrong = new OrdersController(client("wrong").paypal)
    await expect(wrong.getOrder({ id: "5O190127TN36471A0" })).rejects.toThrow()
  })
})
