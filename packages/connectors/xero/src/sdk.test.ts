import { approve } from "@holdfast/emulator"
import { listen } from "@holdfast/emulator/node"
import { afterEach, describe, expect, it } from "vitest"
import { AccountingApi, Contact, Invoice, LineAmountTypes } from "xero-node"
import { guid } from "./emulator/books.js"
import { createXeroEmulator, emulatorApp } from "./emulator.js"

// Xero's own library against the stand-in: what it refuses, that has wrong.

const close: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of close.splice(0)) await end()
})

const tenantId = guid(0x100)

/** The library's API classes take another base; its log-in has fixed addresses. */
async function api(scopes = ["accounting.invoices", "accounting.contacts", "offline_access"]) {
  const emulator = createXeroEmulator()
  const server = await listen(emulator)
  close.push(server.close)
  const accounting = new AccountingApi(`${server.reroute["https://api.xero.com"]}/api.xro/2.0`)
  accounting.accessToken = await consented(emulator, scopes)
  return { accounting, emulator }
}

/** Consent and exchange, since connecting an organisation is part of them. */
async function consented({ fetch }: ReturnType<typeof createXeroEmulator>, scopes: readonly string[]): Promise<string> {
  const redirect_uri = "https://app.example.com/api/integrations/oauth/callback/xero"
  const { clientId, clientSecret } = emulatorApp
  const url = new URL("https://login.xero.com/identity/connect/authorize")
  url.search = `${new URLSearchParams({ response_type: "code", client_id: clientId, redirect_uri, scope: scopes.join(" "), state: "s" })}`
  const back = await approve(fetch, url)
  const answer = await fetch("https://identity.xero.com/connect/token", {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
    body: new URLSearchParams({
      grant_type: "authorization_code",
      code: back.searchParams.get("code") ?? "",
      redirect_uri,
    }),
  })
  const { access_token } = (await answer.json()) as { access_token: string }
  return access_token
}

describe("xero-node", () => {
  it("lists, reads and creates invoices", async () => {
    const { accounting, emulator } = await api()
    const { body } = await accounting.getInvoices(
      tenantId,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      ["DRAFT"],
    )
    expect(body.invoices).toMatchObject([{ invoiceID: guid(0x1002), total: 80 }])
    expect(body.pagination).toMatchObject({ page: 1, itemCount: 1 })
    const one = await accounting.getInvoice(tenantId, guid(0x1001))
    expect(one.body.invoices?.[0]?.lineItems).toMatchObject([{ description: "Advice" }])
    const invoice: Invoice = {
      type: Invoice.TypeEnum.ACCREC,
      contact: { contactID: guid(0x2001) },
      lineItems: [{ description: "Advice", quantity: 2, unitAmount: 10 }],
      lineAmountTypes: LineAmountTypes.Exclusive,
      dueDate: "2026-12-31",
      status: Invoice.StatusEnum.AUTHORISED,
    }
    const made = await accounting.createInvoices(tenantId, { invoices: [invoice] }, undefined, undefined, "key-1")
    const again = await accounting.createInvoices(tenantId, { invoices: [invoice] }, undefined, undefined, "key-1")
    expect(made.body.invoices).toMatchObject([{ total: 20, status: "AUTHORISED" }])
    expect(again.body.invoices?.[0]?.invoiceID).toBe(made.body.invoices?.[0]?.invoiceID)
    expect(emulator.provider.books.invoices).toHaveLength(3)
  })

  it("lists and creates contacts", async () => {
    const { accounting } = await api()
    const contact: Contact = { name: "New Person", emailAddress: "new@customer.example" }
    const made = await accounting.createContacts(tenantId, { contacts: [contact] })
    expect(made.body.contacts).toMatchObject([{ name: "New Person", contactStatus: Contact.ContactStatusEnum.ACTIVE }])
    expect((await accounting.getContacts(tenantId)).body.contacts).toHaveLength(3)
  })

  it("sees Xero's errors: status and words", async () => {
    const { accounting } = await api()
    await expect(accounting.createContacts(tenantId, { contacts: [{ name: "Maria One" }] })).rejects.toThrow(
      /ValidationException/,
    )
    await expect(accounting.getInvoices(guid(0xdead))).rejects.toThrow(/AuthenticationUnsuccessful/)
    const limited = await api(["offline_access"])
    await expect(limited.accounting.getInvoices(tenantId)).rejects.toThrow(/AuthorizationUnsuccessful/)
  })
})
