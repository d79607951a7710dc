import { type AuthorizationServer, type Call, type EmulatorKit, json } from "@holdfast/emulator"
import { centreAt, centres } from "./centres.js"

export interface ZohoOrganization {
  readonly id: string
  readonly name: string
}

/** A person with an account in one data centre. */
export interface ZohoUser {
  /** The ZUID. */
  readonly id: string
  readonly name: string
  readonly email: string
  /** `us`, `eu`, … */
  readonly location: string
  readonly organizations: readonly ZohoOrganization[]
}

type Kept = Record<string, unknown> & { readonly organizationId: string }

export interface BooksRecords {
  readonly contacts: Kept[]
  readonly invoices: Kept[]
}

const place = { scheme: "Zoho-oauthtoken" }

/** @see https://www.zoho.com/books/api/v3/errors/ */
function refused(status: number, code: number, message: string): Response {
  return json({ code, message }, { status })
}

/**
 * Who is there, organizations, contacts and invoices.
 * @see https://www.zoho.com/books/api/v3/introduction/
 */
export function booksApi(kit: EmulatorKit, oauth: AuthorizationServer<ZohoUser>, records: BooksRecords): void {
  for (const { accounts } of centres) {
    // https://www.zoho.com/accounts/protocol/oauth/sign-in-using-zoho.html
    kit.route("GET", accounts, "/oauth/user/info", ({ request }) => {
      const token = oauth.inspect(request, place)
      if (token.is !== "live") return json({ cause: "INVALID_OAUTHTOKEN", response: "error" }, { status: 401 })
      const { id, name, email, location } = token.account.data
      if (centreAt(location).accounts !== accounts || !token.scopes.includes("AaaServer.profile.READ")) {
        return json({ cause: "OAUTH_SCOPE_MISMATCH", response: "error" }, { status: 401 })
      }
      return json({ First_Name: name, Email: email, Last_Name: "", Display_Name: name, ZUID: Number(id) })
    })
  }

  const route = (
    method: "GET" | "POST",
    path: string,
    scope: string,
    answer: (call: Call, organizationId: string, user: ZohoUser) => Response | Promise<Response>,
  ) => {
    for (const { api } of centres) {
      kit.route(
        method,
        api,
        `/books/v3${path}`,
        (call) => {
          const token = oauth.inspect(call.request, place)
          if (token.is !== "live" || centreAt(token.account.data.location).api !== api) {
            return refused(401, 14, "Invalid value passed for authtoken.")
          }
          call.note({ grantId: token.grant.id })
          const [product, what] = scope.split(".")
          const enough = [scope, `${product}.${what}.ALL`, "ZohoBooks.fullaccess.all"]
          if (!token.scopes.some((one) => enough.includes(one))) {
            return refused(401, 57, "You are not authorized to perform this operation")
          }
          const user = token.account.data
          const organizationId = call.url.searchParams.get("organization_id")
          if (path === "/organizations") return answer(call, "", user)
          if (organizationId === null) return refused(400, 4, "Invalid value passed for organization_id")
          if (!user.organizations.some(({ id }) => id === organizationId)) {
            return refused(401, 6041, "This user is not associated with the CompanyID/CompanyName.")
          }
          return answer(call, organizationId, user)
        },
        { id: `${method} ${path}` },
      )
    }
  }

  route("GET", "/organizations", "ZohoBooks.settings.READ", (_call, _organization, { organizations }) =>
    json({
      code: 0,
      message: "success",
      organizations: organizations.map(({ id, name }, index) => ({
        organization_id: id,
        name,
        is_default_org: index === 0,
        currency_code: "EUR",
      })),
    }),
  )

  // https://www.zoho.com/books/api/v3/introduction/#pagination
  const page = (call: Call, name: "contacts" | "invoices", organizationId: string, filters: readonly string[]) => {
    const { searchParams } = call.url
    const number = Number(searchParams.get("page") ?? 1)
    const size = Number(searchParams.get("per_page") ?? 200)
    if (!(number >= 1 && size >= 1 && size <= 200)) return refused(400, 4, "Invalid value passed for per_page")
    const hits = records[name].filter(
      (record) =>
        record.organizationId === organizationId &&
        filters.every((filter) => !searchParams.has(filter) || record[filter] === searchParams.get(filter)) &&
        JSON.stringify(record).includes(searchParams.get("search_text") ?? ""),
    )
    const from = (number - 1) * size
    return json({
      code: 0,
      message: "success",
      [name]: hits.slice(from, from + size).map(shown),
      page_context: { page: number, per_page: size, has_more_page: from + size < hits.length },
    })
  }

  route("GET", "/contacts", "ZohoBooks.contacts.READ", (call, organizationId) =>
    page(call, "contacts", organizationId, ["contact_type", "contact_name", "email"]),
  )

  route("POST", "/contacts", "ZohoBooks.contacts.CREATE", async (call, organizationId) => {
    const body = await bodyOf(call)
    if (typeof body.contact_name !== "string" || body.contact_name === "") {
      return refused(400, 4, "Invalid value passed for contact_name")
    }
    const twin = records.contacts.some(
      (one) => one.organizationId === organizationId && one.contact_name === body.contact_name,
    )
    if (twin) return refused(400, 3062, "The contact already exists. Please specify a different name.")
    const contact_id = `46000000${String(records.contacts.length).padStart(4, "0")}`
    const added = { organizationId, contact_id, contact_type: "customer", status: "active", ...body }
    records.contacts.push(added)
    return json({ code: 0, message: "The contact has been added.", contact: shown(added) }, { status: 201 })
  })

  route("GET", "/invoices", "ZohoBooks.invoices.READ", (call, organizationId) =>
    page(call, "invoices", organizationId, ["status", "customer_id"]),
  )

  route("GET", "/invoices/{id}", "ZohoBooks.invoices.READ", (call, organizationId) => {
    const found = records.invoices.find(
      (one) => one.organizationId === organizationId && one.invoice_id === call.params.id,
    )
    if (!found) return refused(404, 1002, "Invoice does not exist.")
    return json({ code: 0, message: "success", invoice: shown(found) })
  })

  route("POST", "/invoices", "ZohoBooks.invoices.CREATE", async (call, organizationId) => {
    const body = await bodyOf(call)
    const customer = records.contacts.find(
      (one) => one.organizationId === organizationId && one.contact_id === body.customer_id,
    )
    if (!customer) return refused(400, 4, "Invalid value passed for customer_id")
    const lines = Array.isArray(body.line_items) ? (body.line_items as Record<string, unknown>[]) : []
    if (lines.length === 0) return refused(400, 4, "Invalid value passed for line_items")
    if (body.invoice_number !== undefined && call.url.searchParams.get("ignore_auto_number_generation") !== "true") {
      return refused(400, 4097, "Auto number generation is enabled.")
    }
    const total = lines.reduce((sum, { rate = 0, quantity = 1 }) => sum + Number(rate) * Number(quantity), 0)
    const number = records.invoices.length + 1
    const added: Kept = {
      organizationId,
      invoice_id: `98200000${String(number).padStart(4, "0")}`,
      invoice_number: `INV-${String(number).padStart(6, "0")}`,
      customer_name: customer.contact_name,
      status: call.url.searchParams.get("send") === "true" ? "sent" : "draft",
      total,
      balance: total,
      currency_code: "EUR",
      ...body,
    }
    records.invoices.push(added)
    return json({ code: 0, message: "The invoice has been created.", invoice: shown(added) }, { status: 201 })
  })
}

/** Three customers and an invoice for each organization. */
export function seeded(users: readonly ZohoUser[]): BooksRecords {
  const organizations = users.flatMap((user) => user.organizations)
  const contacts = organizations.flatMap(({ id, name }, index) =>
    ["Acme", "Globex", "Umbra"].map((contact_name, number) => ({
      organizationId: id,
      contact_id: `46000${index}00${number}`,
      contact_name: `${contact_name} of ${name}`,
      company_name: contact_name,
      contact_type: "customer",
      email: `${contact_name.toLowerCase()}@customer.example`,
      status: "active",
    })),
  )
  const invoices = organizations.map(({ id, name }, index) => ({
    organizationId: id,
    invoice_id: `98200${index}001`,
    invoice_number: "INV-000001",
    customer_id: `46000${index}000`,
    customer_name: `Acme of ${name}`,
    status: "sent",
    date: "2026-11-01",
    total: 100,
    balance: 100,
    currency_code: "EUR",
  }))
  return { contacts, invoices }
}

function shown({ organizationId: _, ...record }: Kept): Record<string, unknown> {
  return record
}

async function bodyOf(call: Call): Promise<Record<string, unknown>> {
  const body = await call.json()
  return typeof body === "object" && body !== null && !Array.isArray(body) ? (body as Record<string, unknown>) : {}
}
