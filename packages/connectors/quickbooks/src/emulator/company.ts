import { type AuthorizationServer, type Call, type EmulatorKit, json } from "@holdfast/emulator"

/** A company at QuickBooks Online, and its administrator. */
export interface QuickBooksCompany {
  readonly realmId: string
  readonly name: string
  readonly email: string
}

type Json = Record<string, unknown>
export type QuickBooksRecord = Json & {
  readonly Id: string
  readonly realmId: string
  readonly entity: "Customer" | "Invoice"
}

/** An error in Intuit's form. @see https://developer.intuit.com/app/developer/qbo/docs/develop/troubleshooting/error-codes */
function fault(status: number, type: string, code: string, Message: string, Detail = Message): Response {
  return json(
    { Fault: { Error: [{ Message, Detail, code }], type }, time: "2026-11-21T00:00:00.000-08:00" },
    { status },
  )
}

/** What the gateway before the API says, as public reports show it. */
function gatewayFault(status: number, type: string, message: string, code: string): Response {
  const error = [
    { message: `message=${message}; errorCode=00${code}; statusCode=${status}`, detail: null, code, element: null },
  ]
  return json({ warnings: null, intuitObject: null, fault: { error, type }, report: null, requestId: null }, { status })
}

const scope = "com.intuit.quickbooks.accounting"

/** Company, customers, invoices and queries. @see https://developer.intuit.com/app/developer/qbo/docs/learn/rest-api-features */
export function companyApi(
  kit: EmulatorKit,
  oauth: AuthorizationServer<QuickBooksCompany>,
  records: QuickBooksRecord[],
  host: string,
  otherHost: string,
): void {
  const answers = new Map<string, unknown>()

  kit.route(["GET", "POST"], otherHost, "/v3/company/{rest...}", () =>
    fault(401, "AuthenticationFault", "130", "Accessing Wrong Cluster", "WrongClusterError: statusCode: 401"),
  )

  const route = (
    method: "GET" | "POST",
    path: string,
    answer: (call: Call, company: QuickBooksCompany) => Response | Promise<Response>,
  ) =>
    kit.route(
      method,
      host,
      `/v3/company/{realmId}${path}`,
      async (call) => {
        const token = oauth.inspect(call.request)
        if (token.is !== "live") return gatewayFault(401, "AUTHENTICATION", "AuthenticationFailed", "3200")
        call.note({ grantId: token.grant.id })
        const mine = token.account.data.realmId === call.params.realmId
        if (!mine || !token.scopes.includes(scope)) {
          return gatewayFault(403, "SERVICE", "ApplicationAuthorizationFailed", "3100")
        }
        if (!call.request.headers.get("accept")?.includes("application/json")) {
          return new Response("<IntuitResponse />", { headers: { "content-type": "application/xml" } })
        }
        const requestId = call.url.searchParams.get("requestid")
        const key = `${token.account.id} ${requestId}`
        if (requestId !== null && answers.has(key)) return json(answers.get(key))
        const answered = await answer(call, token.account.data)
        if (requestId !== null && answered.ok) answers.set(key, await answered.clone().json())
        return answered
      },
      { id: `${method} ${path}` },
    )

  const shown = ({ realmId: _, entity: __, ...record }: QuickBooksRecord) => record
  const time = () => new Date(kit.clock.now()).toISOString()
  const of = ({ realmId }: QuickBooksCompany, entity: string) =>
    records.filter((one) => one.realmId === realmId && one.entity === entity)
  const add = (company: QuickBooksCompany, entity: QuickBooksRecord["entity"], fields: Json) => {
    const record: QuickBooksRecord = {
      ...fields,
      Id: String(500 + records.length),
      SyncToken: "0",
      MetaData: { CreateTime: time(), LastUpdatedTime: time() },
      realmId: company.realmId,
      entity,
    }
    records.push(record)
    return json({ [entity]: shown(record), time: time() })
  }

  route("GET", "/companyinfo/{id}", (call, { realmId, name, email }) => {
    if (call.params.id !== realmId) return fault(400, "ValidationFault", "610", "Object Not Found")
    const CompanyInfo = {
      Id: "1",
      SyncToken: "4",
      CompanyName: name,
      LegalName: name,
      Country: "US",
      Email: { Address: email },
    }
    return json({ CompanyInfo, time: time() })
  })

  route("GET", "/invoice/{id}", (call, company) => {
    const found = of(company, "Invoice").find(({ Id }) => Id === call.params.id)
    if (!found)
      return fault(
        400,
        "ValidationFault",
        "610",
        "Object Not Found",
        "Object Not Found : Something you're trying to use has been made inactive.",
      )
    return json({ Invoice: shown(found), time: time() })
  })

  route("POST", "/invoice", async (call, company) => {
    const body = await call.json()
    if (!isRecord(body)) return fault(400, "ValidationFault", "2010", "Request has invalid or unsupported property")
    const { CustomerRef, Line } = body
    if (!isRecord(CustomerRef)) return missing("CustomerRef")
    if (!Array.isArray(Line) || Line.length === 0 || !Line.every(isRecord)) return missing("Line")
    const customer = of(company, "Customer").find(({ Id }) => Id === CustomerRef.value)
    if (!customer)
      return fault(
        400,
        "ValidationFault",
        "2500",
        "Invalid Reference Id",
        `Invalid Reference Id : Names element id ${String(CustomerRef.value)} not found`,
      )
    if (Line.some(({ Amount, DetailType }) => typeof Amount !== "number" || typeof DetailType !== "string"))
      return missing("Amount")
    const TotalAmt = Line.reduce((sum, { Amount }) => sum + Number(Amount), 0)
    return add(company, "Invoice", {
      DocNumber: String(1_000 + records.length),
      TxnDate: time().slice(0, 10),
      ...body,
      CustomerRef: { value: customer.Id, name: customer.DisplayName },
      Line: [...Line, { Amount: TotalAmt, DetailType: "SubTotalLineDetail", SubTotalLineDetail: {} }],
      TotalAmt,
      Balance: TotalAmt,
    })
  })

  route("POST", "/customer", async (call, company) => {
    const body = await call.json()
    if (!isRecord(body) || typeof body.DisplayName !== "string" || body.DisplayName === "")
      return missing("DisplayName")
    if (of(company, "Customer").some(({ DisplayName }) => DisplayName === body.DisplayName)) {
      return fault(
        400,
        "ValidationFault",
        "6240",
        "Duplicate Name Exists Error",
        "The name supplied already exists. : Another customer is already using this name.",
      )
    }
    return add(company, "Customer", { Active: true, Balance: 0, ...body })
  })

  route("GET", "/query", (call, company) => {
    const query = call.url.searchParams.get("query") ?? ""
    const parsed = parseQuery(query)
    if (!parsed)
      return fault(
        400,
        "ValidationFault",
        "4000",
        "Error parsing query",
        `QueryParserError: Encountered "${query.slice(0, 20)}"`,
      )
    const { entity, counts, conditions, start, most } = parsed
    if (entity !== "Customer" && entity !== "Invoice")
      return fault(400, "ValidationFault", "4001", "Invalid query", `QueryValidationError: ${entity}`)
    const asksActive = conditions.some(({ field }) => field === "Active")
    const hits = of(company, entity).filter(
      (one) =>
        (entity !== "Customer" || asksActive || one.Active === true) &&
        conditions.every((each) => each.holds(one[each.field])),
    )
    if (counts) return json({ QueryResponse: { totalCount: hits.length }, time: time() })
    const page = hits.slice(start - 1, start - 1 + most).map(shown)
    const QueryResponse = page.length === 0 ? {} : { [entity]: page, startPosition: start, maxResults: page.length }
    return json({ QueryResponse, time: time() })
  })
}

interface Condition {
  readonly field: string
  holds(value: unknown): boolean
}

/** The part of the query language that is needed. @see https://developer.intuit.com/app/developer/qbo/docs/learn/explore-the-quickbooks-online-api/data-queries */
function parseQuery(query: string) {
  const form =
    /^select (\*|count\(\*\)) from (\w+)(?: where (.+?))?(?: orderby \w+(?: (?:asc|desc))?)?(?: startposition (\d+))?(?: maxresults (\d+))?$/i
  const [all, what, entity = "", where, start = "1", most = "100"] = form.exec(query.trim()) ?? []
  if (all === undefined) return undefined
  const conditions = where === undefined ? [] : splitConditions(where)
  if (!conditions) return undefined
  return { entity, counts: what !== "*", conditions, start: Number(start), most: Math.min(Number(most), 1_000) }
}

function splitConditions(where: string): Condition[] | undefined {
  const conditions: Condition[] = []
  let rest = where
  for (let count = 0; count < 20 && rest !== ""; count++) {
    const [all, field = "", operator = "", quoted, bare] =
      /^(\w+) ?(LIKE|=|>|<) ?(?:'((?:[^'\\]|\\.)*)'|(true|false))(?: AND |$)/i.exec(rest) ?? []
    if (all === undefined) return undefined
    const wanted = bare ?? (quoted ?? "").replace(/\\(.)/g, "$1")
    conditions.push({ field, holds: (value) => compared(operator.toUpperCase(), value, wanted) })
    rest = rest.slice(all.length)
  }
  return conditions
}

function compared(operator: string, value: unknown, wanted: string): boolean {
  if (operator === ">") return Number(value) > Number(wanted)
  if (operator === "<") return Number(value) < Number(wanted)
  if (operator === "=") return String(value) === wanted
  const [before, ...after] = wanted.toLowerCase().split("%")
  const text = String(value ?? "").toLowerCase()
  return after.length === 0 ? text === before : text.includes(wanted.toLowerCase().replaceAll("%", ""))
}

function missing(element: string): Response {
  return fault(
    400,
    "ValidationFault",
    "2020",
    "Required param missing, need to supply the required value for the API",
    `Required parameter ${element} is missing in the request`,
  )
}

export function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
