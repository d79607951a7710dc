import { type AuthorizationServer, type Call, type EmulatorKit, type HttpMethod, json } from "@holdfast/emulator"
import type { SalesforceUser } from "../emulator.js"
import { isField, objects, parseSoql, type Refusal, type SalesforceRecord } from "./soql.js"

interface Rest {
  readonly servers: readonly AuthorizationServer<SalesforceUser>[]
  /** Where each org is now. */
  readonly places: ReadonlyMap<string, string>
  readonly records: SalesforceRecord[]
  readonly batchSize: number
}

const origins = ["https://*.my.salesforce.com", "https://*.sandbox.my.salesforce.com"]
const statuses: Readonly<Record<string, number>> = {
  INVALID_SESSION_ID: 401,
  NOT_FOUND: 404,
  ENTITY_IS_DELETED: 404,
}

/** Errors are lists. @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm */
function refused({ errorCode, message }: Refusal, status = statuses[errorCode] ?? 400): Response {
  return json([{ message, errorCode }], { status })
}

const notFound: Refusal = { errorCode: "NOT_FOUND", message: "The requested resource does not exist" }

/**
 * Identity URLs, and records by SOQL, SOSL and id.
 * @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/intro_rest.htm
 */
export function restApi(kit: EmulatorKit, { servers, places, records, batchSize }: Rest): void {
  let requests = 0
  const cursors = new Map<string, { organizationId: string; rest: readonly object[]; total: number }>()

  const tokenOf = ({ request }: Call) => {
    for (const server of servers) {
      const found = server.inspect(request)
      if (found.is !== "unknown") return found
    }
    return { is: "unknown" } as const
  }

  const identityAt = (origin: string) =>
    kit.route("GET", origin, "/id/{organizationId}/{userId}", (call) => {
      const token = tokenOf(call)
      // https://help.salesforce.com/apex/HTViewHelpDoc?id=xcloud.remoteaccess_using_openid.htm
      if (token.is === "missing") return new Response("Missing_OAuth_Token", { status: 403 })
      if (token.is !== "live") return new Response("Bad_OAuth_Token", { status: 403 })
      const { data } = token.account
      if (call.params.organizationId !== data.organizationId) return new Response("Wrong_Org", { status: 403 })
      if (call.params.userId !== data.id) return new Response("Bad_Id", { status: 404 })
      return json({
        id: call.url.origin + call.url.pathname,
        asserted_user: true,
        user_id: data.id,
        organization_id: data.organizationId,
        username: data.username,
        nick_name: data.name,
        display_name: data.name,
        email: data.email,
        active: true,
        user_type: "STANDARD",
        language: "en_US",
      })
    })
  for (const origin of ["https://login.salesforce.com", "https://test.salesforce.com", ...origins]) identityAt(origin)

  const route = (
    method: HttpMethod,
    path: string,
    answer: (call: Call, user: SalesforceUser) => Response | Promise<Response>,
  ) => {
    for (const origin of origins) {
      kit.route(
        method,
        origin,
        `/services/data/v{version}${path}`,
        async (call) => {
          const token = tokenOf(call)
          const here = token.is === "live" && places.get(token.account.data.organizationId)
          if (token.is !== "live" || `${here}.salesforce.com` !== call.url.host) {
            return refused({ errorCode: "INVALID_SESSION_ID", message: "Session expired or invalid" })
          }
          call.note({ grantId: token.grant.id })
          if (!token.scopes.includes("api") && !token.scopes.includes("full")) {
            const message = "This session is not valid for use with the REST API"
            return refused({ errorCode: "INVALID_SESSION_ID", message }, 403)
          }
          requests += 1
          const response = await answer(call, token.account.data)
          // https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_api_usage.htm
          response.headers.set("sforce-limit-info", `api-usage=${requests}/15000`)
          return response
        },
        { id: `${method} ${path}` },
      )
    }
  }
  const base = ({ params }: Call) => `/services/data/v${params.version}`
  const shown = (call: Call, { type, fields }: SalesforceRecord, names = Object.keys(fields)) => ({
    attributes: { type, url: `${base(call)}/sobjects/${type}/${fields.Id}` },
    ...Object.fromEntries(names.map((name) => [name, fields[name] ?? null])),
  })
  const of = ({ organizationId }: SalesforceUser, type: string) =>
    records.filter((record) => record.organizationId === organizationId && record.type === type)
  const one = (call: Call, user: SalesforceUser) =>
    of(user, call.params.object ?? "").find(({ fields }) => fields.Id.slice(0, 15) === call.params.id?.slice(0, 15))

  route("GET", "/", (call, user) =>
    json({
      identity: `https://login.salesforce.com/id/${user.organizationId}/${user.id}`,
      query: `${base(call)}/query`,
      search: `${base(call)}/search`,
      sobjects: `${base(call)}/sobjects`,
    }),
  )

  const page = (call: Call, organizationId: string, rest: readonly object[], total: number) => {
    const later = rest.slice(batchSize)
    if (later.length === 0) return json({ totalSize: total, done: true, records: rest })
    const locator = `01gHs00000Kq${String(cursors.size).padStart(3, "0")}-${total - later.length}`
    cursors.set(locator, { organizationId, rest: later, total })
    const nextRecordsUrl = `${base(call)}/query/${locator}`
    return json({ totalSize: total, done: false, nextRecordsUrl, records: rest.slice(0, batchSize) })
  }

  route("GET", "/query", (call, user) => {
    const query = parseSoql(call.url.searchParams.get("q") ?? "")
    if ("errorCode" in query) return refused(query)
    const { type, fields, where, limit } = query
    const hits = of(user, type)
      .filter((record) => !where || record.fields[where.field] === where.value)
      .slice(0, limit)
      .map((record) => shown(call, record, [...fields]))
    return page(call, user.organizationId, hits, hits.length)
  })

  route("GET", "/query/{locator}", (call, user) => {
    const cursor = cursors.get(call.params.locator ?? "")
    if (!cursor || cursor.organizationId !== user.organizationId) {
      return refused({ errorCode: "INVALID_QUERY_LOCATOR", message: "invalid query locator" })
    }
    return page(call, cursor.organizationId, cursor.rest, cursor.total)
  })

  route("GET", "/search", (call, user) => {
    const text = /^\s*FIND\s+\{([^{}]+)\}/i.exec(call.url.searchParams.get("q") ?? "")?.[1]?.toLowerCase()
    if (text === undefined) return refused({ errorCode: "MALFORMED_SEARCH", message: "No search term found." })
    const hits = Object.keys(objects)
      .flatMap((type) => of(user, type))
      .filter(({ fields }) => Object.values(fields).join(" ").toLowerCase().includes(text))
    return json({ searchRecords: hits.map((record) => shown(call, record, ["Id"])) })
  })

  route("GET", "/sobjects/{object}/describe", (call) => {
    const { object = "" } = call.params
    const known = objects[object]
    if (!known) return refused(notFound)
    const field = (name: string) => ({ name, label: name, type: name === "Id" ? "id" : "string" })
    return json({
      name: object,
      label: object,
      keyPrefix: known.prefix,
      createable: true,
      fields: ["Id", ...known.fields].map(field),
    })
  })

  route("GET", "/sobjects/{object}/{id}", (call, user) => {
    const record = one(call, user)
    if (!record) return refused(notFound)
    const names = call.url.searchParams.get("fields")?.split(",")
    const unknown = names?.find((name) => !isField(record.type, name))
    if (unknown !== undefined) {
      return refused({ errorCode: "INVALID_FIELD", message: `No such column '${unknown}' on entity '${record.type}'.` })
    }
    return json(shown(call, record, names))
  })

  const body = async (call: Call, type: string): Promise<Record<string, unknown> | Response> => {
    const given = await call.json()
    if (typeof given !== "object" || given === null || Array.isArray(given)) {
      return refused({
        errorCode: "JSON_PARSER_ERROR",
        message: "The HTTP entity body is required, but this request has none.",
      })
    }
    const unknown = Object.keys(given).find((name) => !objects[type]?.fields.includes(name))
    if (unknown === undefined) return given as Record<string, unknown>
    return refused({ errorCode: "INVALID_FIELD", message: `No such column '${unknown}' on sobject of type ${type}` })
  }

  route("POST", "/sobjects/{object}", async (call, user) => {
    const { object = "" } = call.params
    const known = objects[object]
    if (!known) return refused(notFound)
    const fields = await body(call, object)
    if (fields instanceof Response) return fields
    const required = object === "Account" ? "Name" : "LastName"
    if (!fields[required]) {
      return refused({ errorCode: "REQUIRED_FIELD_MISSING", message: `Required fields are missing: [${required}]` })
    }
    const Id = `${known.prefix}Hs00000New${String(records.length).padStart(2, "0")}IAC`
    records.push({ organizationId: user.organizationId, type: object, fields: { ...fields, Id } })
    return json({ id: Id, success: true, errors: [] }, { status: 201 })
  })

  route("PATCH", "/sobjects/{object}/{id}", async (call, user) => {
    const record = one(call, user)
    if (!record) return refused(notFound)
    const fields = await body(call, record.type)
    if (fields instanceof Response) return fields
    Object.assign(record.fields, fields)
    return new Response(null, { status: 204 })
  })
}
