import { type AuthorizationServer, type Call, type EmulatorKit, json } from "@holdfast/emulator"

/** A person who logs in at Xero. */
export interface XeroUser {
  readonly userId: string
  readonly email: string
  /** Organisations of this person; all are connected at the next consent unless `pick` says otherwise. */
  readonly tenants: readonly XeroTenant[]
}

export interface XeroTenant {
  readonly tenantId: string
  readonly tenantName: string
  readonly tenantType?: "ORGANISATION" | "PRACTICE"
}

/** An organisation that a person has connected to the app. */
export interface XeroConnection extends XeroTenant {
  readonly id: string
  readonly userId: string
  readonly authEventId: string
}

type Json = Record<string, unknown>
export interface XeroBooks {
  readonly invoices: (Json & { InvoiceID: string; tenantId: string })[]
  readonly contacts: (Json & { ContactID: string; tenantId: string })[]
  /** Answers to requests with an Idempotency-Key, by that key. */
  readonly answers: Map<string, unknown>
}

const host = "https://api.xero.com"

/** A GUID with this number in it. */
export function guid(number: number): string {
  return `00000000-0000-4000-8000-${number.toString(16).padStart(12, "0")}`
}

/** A problem as the API says it. @see https://developer.xero.com/documentation/api/accounting/responsecodes */
function problem(status: number, detail: string): Response {
  const Title = status === 401 ? "Unauthorized" : "Forbidden"
  return json({ Type: null, Title, Status: status, Detail: detail, Instance: guid(0xee), Extensions: {} }, { status })
}

/** What is wrong with data. @see https://developer.xero.com/documentation/api/accounting/responsecodes */
function exception(type: string, number: number, message: string, elements: readonly unknown[] = []): Response {
  return json({ ErrorNumber: number, Type: type, Message: message, Elements: elements }, { status: 400 })
}

/** Connections, invoices and contacts. @see https://developer.xero.com/documentation/api/accounting/overview */
export function xeroApi(
  kit: EmulatorKit,
  oauth: AuthorizationServer<XeroUser>,
  connections: XeroConnection[],
  books: XeroBooks,
): void {
  const reached = (userId: string) => connections.filter((one) => one.userId === userId)

  const bearer = (call: Call) => {
    const token = oauth.inspect(call.request)
    if (token.is === "expired") return problem(401, "TokenExpired: token expired at 01/01/2026 00:00:00")
    if (token.is !== "live") return problem(401, "AuthenticationUnsuccessful")
    call.note({ grantId: token.grant.id })
    return token
  }

  kit.route("GET", host, "/connections", (call) => {
    const token = bearer(call)
    if (token instanceof Response) return token
    const wanted = call.url.searchParams.get("authEventId")
    const shown = reached(token.account.id).filter(({ authEventId }) => wanted === null || authEventId === wanted)
    return json(
      shown.map(({ id, authEventId, tenantId, tenantName, tenantType = "ORGANISATION" }) => {
        const at = new Date(kit.clock.now()).toISOString().replace("Z", "0000")
        return { id, authEventId, tenantId, tenantType, tenantName, createdDateUtc: at, updatedDateUtc: at }
      }),
    )
  })

  kit.route("DELETE", host, "/connections/{id}", (call) => {
    const token = bearer(call)
    if (token instanceof Response) return token
    const at = connections.findIndex(({ id, userId }) => id === call.params.id && userId === token.account.id)
    if (at < 0) return new Response(null, { status: 404 })
    connections.splice(at, 1)
    return new Response(null, { status: 204 })
  })

  const route = (
    method: "GET" | "PUT",
    path: string,
    allowed: readonly string[],
    answer: (call: Call, tenantId: string) => Response | Promise<Response>,
  ) =>
    kit.route(
      method,
      host,
      `/api.xro/2.0${path}`,
      async (call) => {
        const token = bearer(call)
        if (token instanceof Response) return token
        const tenantId = call.request.headers.get("xero-tenant-id")
        if (!reached(token.account.id).some((one) => one.tenantId === tenantId)) {
          return problem(403, "AuthenticationUnsuccessful")
        }
        if (!token.scopes.some((scope) => allowed.includes(scope))) return problem(401, "AuthorizationUnsuccessful")
        if (!call.request.headers.get("accept")?.includes("application/json")) {
          return new Response("<Response />", { headers: { "content-type": "text/xml" } })
        }
        const key = call.request.headers.get("idempotency-key")
        const before = key === null ? undefined : books.answers.get(key)
        if (before !== undefined) return json(before)
        const answered = await answer(call, tenantId ?? "")
        if (key !== null && answered.ok) books.answers.set(key, await answered.clone().json())
        return answered
      },
      { id: `${method} ${path}` },
    )

  const shown = ({ tenantId: _, ...record }: Json) => record
  const paged = (name: string, { url }: Call, records: readonly Json[]) => {
    const page = Number(url.searchParams.get("page") ?? 1)
    const pageSize = Number(url.searchParams.get("pageSize") ?? 100)
    if (!Number.isInteger(page) || page < 1 || !Number.isInteger(pageSize) || pageSize < 1 || pageSize > 1_000) {
      return exception("QueryParseException", 16, "Page is not valid")
    }
    const pageCount = Math.ceil(records.length / pageSize)
    const items = records.slice((page - 1) * pageSize, page * pageSize).map(shown)
    return json({
      Id: guid(0xaa),
      Status: "OK",
      pagination: { page, pageSize, pageCount, itemCount: records.length },
      [name]: items,
    })
  }
  const invoiceScopes = ["accounting.invoices", "accounting.transactions"]
  const contactScopes = ["accounting.contacts"]
  const orRead = (scopes: readonly string[]) => [...scopes, ...scopes.map((scope) => `${scope}.read`)]

  route("GET", "/Invoices", orRead(invoiceScopes), (call, tenantId) => {
    const list = (name: string) => call.url.searchParams.get(name)?.split(",")
    const statuses = list("Statuses")
    const people = list("ContactIDs")
    return paged(
      "Invoices",
      call,
      books.invoices.filter(
        (one) =>
          one.tenantId === tenantId &&
          (!statuses || statuses.includes(String(one.Status))) &&
          (!people || (isRecord(one.Contact) && people.includes(String(one.Contact.ContactID)))),
      ),
    )
  })

  route("GET", "/Invoices/{id}", orRead(invoiceScopes), (call, tenantId) => {
    const found = books.invoices.find(
      (one) => one.tenantId === tenantId && (one.InvoiceID === call.params.id || one.InvoiceNumber === call.params.id),
    )
    if (!found) return new Response("The resource you're looking for cannot be found", { status: 404 })
    return json({ Id: guid(0xaa), Status: "OK", Invoices: [shown(found)] })
  })

  route("PUT", "/Invoices", invoiceScopes, async (call, tenantId) => {
    const given = await elements(call, "Invoices")
    if (!given) return exception("PostDataInvalidException", 17, "JSON for post data was invalid")
    const wrong = given.flatMap((one) => invoiceErrors(one, books, tenantId))
    if (wrong.length > 0) return invalid(given, wrong)
    const made = given.map((one) => {
      const lines = (Array.isArray(one.LineItems) ? one.LineItems : []).filter(isRecord).map((line) => ({
        ...line,
        LineAmount: Number(line.Quantity ?? 1) * Number(line.UnitAmount ?? 0),
      }))
      const Total = lines.reduce((sum, { LineAmount }) => sum + LineAmount, 0)
      const number = books.invoices.length + 1
      const invoice = {
        InvoiceNumber: `INV-${String(number).padStart(4, "0")}`,
        Status: "DRAFT",
        CurrencyCode: "NZD",
        DateString: `${one.Date ?? new Date(kit.clock.now()).toISOString().slice(0, 10)}T00:00:00`,
        ...one,
        InvoiceID: guid(0x1000 + number),
        Contact: books.contacts
          .map(shown)
          .find(({ ContactID }) => isRecord(one.Contact) && ContactID === one.Contact.ContactID),
        LineItems: lines,
        SubTotal: Total,
        TotalTax: 0,
        Total,
        AmountDue: Total,
        tenantId,
      }
      books.invoices.push(invoice)
      return shown(invoice)
    })
    return json({ Id: guid(0xaa), Status: "OK", Invoices: made })
  })

  route("GET", "/Contacts", orRead(contactScopes), (call, tenantId) => {
    const wanted = call.url.searchParams.get("searchTerm")?.toLowerCase() ?? ""
    return paged(
      "Contacts",
      call,
      books.contacts.filter(
        (one) => one.tenantId === tenantId && `${one.Name} ${one.EmailAddress ?? ""}`.toLowerCase().includes(wanted),
      ),
    )
  })

  route("PUT", "/Contacts", contactScopes, async (call, tenantId) => {
    const given = await elements(call, "Contacts")
    if (!given) return exception("PostDataInvalidException", 17, "JSON for post data was invalid")
    const twin = given.find(({ Name }) => books.contacts.some((one) => one.tenantId === tenantId && one.Name === Name))
    if (twin) return invalid(given, [`The contact name ${String(twin.Name)} is already assigned to another contact.`])
    if (given.some(({ Name }) => !Name)) return invalid(given, ["The contact name must be specified."])
    const made = given.map((one) => {
      const added = { ...one, ContactID: guid(0x2000 + books.contacts.length), ContactStatus: "ACTIVE", tenantId }
      books.contacts.push(added)
      return shown(added)
    })
    return json({ Id: guid(0xaa), Status: "OK", Contacts: made })
  })
}

function invoiceErrors(one: Json, { contacts }: XeroBooks, tenantId: string): string[] {
  const { Contact, LineItems, Status, DueDate } = one
  const known = contacts.some(
    (each) => each.tenantId === tenantId && isRecord(Contact) && each.ContactID === Contact.ContactID,
  )
  return [
    ...(known ? [] : ["The Contact must contain at least 1 of the following elements to identify the contact"]),
    ...(Array.isArray(LineItems) && LineItems.length > 0 ? [] : ["One or more line items must be specified"]),
    ...(Status === "AUTHORISED" && !DueDate ? ["The Due Date is required"] : []),
  ]
}

function invalid(given: readonly Json[], messages: readonly string[]): Response {
  const elements = given.map((one) => ({ ...one, ValidationErrors: messages.map((Message) => ({ Message })) }))
  return exception("ValidationException", 10, "A validation exception occurred", elements)
}

async function elements(call: Call, name: string): Promise<Json[] | undefined> {
  const body = await call.json()
  const given = isRecord(body) ? body[name] : undefined
  return Array.isArray(given) && given.length > 0 && given.every(isRecord) ? given : undefined
}

function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
