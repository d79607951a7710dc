import { type AuthorizationServer, type Call, type EmulatorKit, json } from "@holdfast/emulator"
import { type AirtableWebhook, airtableWebhooks } from "./webhooks.js"

/** Somebody with bases. */
export interface AirtableUser {
  readonly id: string
  readonly email: string
}

/** A token that a person has made for themselves. */
export interface PersonalToken {
  readonly token: string
  readonly userId: string
  readonly scopes: readonly string[]
}

export interface AirtableRecord {
  readonly id: string
  readonly createdTime: string
  readonly fields: Record<string, unknown>
}

export interface AirtableBase {
  readonly id: string
  readonly name: string
  readonly userId: string
  readonly tables: readonly {
    readonly id: string
    readonly name: string
    readonly fieldNames: readonly string[]
    readonly records: AirtableRecord[]
  }[]
}

type Table = AirtableBase["tables"][number]
interface Access {
  readonly user: AirtableUser
  readonly scopes: readonly string[]
  readonly isOAuth: boolean
}

/** Everything that the API's routes know. */
export interface AirtableWorld {
  readonly users: readonly AirtableUser[]
  readonly bases: readonly AirtableBase[]
  readonly tokens: Map<string, PersonalToken>
  readonly webhooks: Map<string, AirtableWebhook>
}

/** An error in Airtable's form. @see https://airtable.com/developers/web/api/errors */
function refusal(status: number, type: string, message: string): Response {
  return json({ error: { type, message } }, { status })
}

/**
 * Who is there, bases, and the records of their tables.
 * @see https://airtable.com/developers/web/api/introduction
 */
export function airtableApi(kit: EmulatorKit, oauth: AuthorizationServer<AirtableUser>, world: AirtableWorld): void {
  const accessOf = (call: Call): Access | undefined => {
    const found = oauth.inspect(call.request)
    if (found.is === "live") {
      call.note({ grantId: found.grant.id })
      return { user: found.account.data, scopes: found.scopes, isOAuth: true }
    }
    const shown = /^Bearer (.+)$/i.exec(call.request.headers.get("authorization") ?? "")?.[1] ?? ""
    const personal = world.tokens.get(shown)
    const user = world.users.find(({ id }) => id === personal?.userId)
    return personal && user && { user, scopes: personal.scopes, isOAuth: false }
  }
  const route = (
    method: "GET" | "POST" | "PATCH" | "DELETE",
    path: string,
    scope: string | undefined,
    answer: (call: Call, access: Access) => Response | Promise<Response>,
  ) =>
    kit.route(
      method,
      "https://api.airtable.com",
      path,
      (call) => {
        if (!call.request.headers.has("authorization")) {
          return refusal(401, "AUTHENTICATION_REQUIRED", "Authentication required")
        }
        const access = accessOf(call)
        if (!access) return refusal(401, "AUTHENTICATION_REQUIRED", "Authentication required")
        if (scope !== undefined && !access.scopes.includes(scope)) {
          return refusal(403, "INVALID_PERMISSIONS", "You are not permitted to perform this operation")
        }
        return answer(call, access)
      },
      { id: `${method} ${path}` },
    )
  /** Answers about a table that this token may see. */
  const onTable = (
    method: "GET" | "POST" | "PATCH",
    path: string,
    scope: string,
    answer: (call: Call, table: Table) => Response | Promise<Response>,
  ) =>
    route(method, path, scope, (call, { user }) => {
      const base = world.bases.find(({ id, userId }) => id === call.params.base && userId === user.id)
      const table = base?.tables.find(({ id, name }) => id === call.params.table || name === call.params.table)
      if (!table) {
        const message = "Invalid permissions, or the requested model was not found."
        return refusal(403, "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND", message)
      }
      return answer(call, table)
    })

  airtableWebhooks(
    kit,
    (method, path, scope, answer) =>
      route(method, path, scope, (call, { user }) =>
        answer(call, (id) => world.bases.find((base) => base.id === id && base.userId === user.id)),
      ),
    world.webhooks,
  )

  route("GET", "/v0/meta/whoami", undefined, (_call, { user, scopes, isOAuth }) =>
    json({
      id: user.id,
      ...(isOAuth && { scopes }),
      ...(scopes.includes("user.email:read") && { email: user.email }),
    }),
  )

  route("GET", "/v0/meta/bases", "schema.bases:read", (_call, { user }) => {
    const mine = world.bases.filter(({ userId }) => userId === user.id)
    return json({ bases: mine.map(({ id, name }) => ({ id, name, permissionLevel: "create" })) })
  })

  onTable("GET", "/v0/{base}/{table}", "data.records:read", ({ url }, table) =>
    listed(table, {
      ...Object.fromEntries([...url.searchParams].filter(([name]) => !name.includes("["))),
      fields: url.searchParams.has("fields[]") ? url.searchParams.getAll("fields[]") : undefined,
    }),
  )

  onTable("POST", "/v0/{base}/{table}/listRecords", "data.records:read", async (call, table) => {
    const body = await call.json()
    return isRecord(body) ? listed(table, body) : unreadable()
  })

  onTable("GET", "/v0/{base}/{table}/{record}", "data.records:read", ({ params }, table) => {
    const found = table.records.find(({ id }) => id === params.record)
    return found ? json(found) : json({ error: "NOT_FOUND" }, { status: 404 })
  })

  const create = async (call: Call, table: Table) => {
    const body = await call.json()
    if (!isRecord(body)) return unreadable()
    const many = Array.isArray(body.records) ? body.records : undefined
    const asked = many ?? [body]
    if (asked.length > 10) return refusal(422, "INVALID_REQUEST_UNKNOWN", "At most 10 records.")
    for (const one of asked) {
      const wrong = wrongFields(one, table)
      if (wrong) return wrong
    }
    const added = asked.map((one) => {
      const id = `rec${String(table.records.length).padStart(14, "0")}`
      const record = { id, createdTime: new Date(kit.clock.now()).toISOString(), fields: { ...one.fields } }
      table.records.push(record)
      return record
    })
    return json(many ? { records: added } : added[0])
  }
  onTable("POST", "/v0/{base}/{table}", "data.records:write", create)
  // As Airtable's own library writes it.
  onTable("POST", "/v0/{base}/{table}/", "data.records:write", create)

  onTable("PATCH", "/v0/{base}/{table}/{record}", "data.records:write", async (call, table) => {
    const body = await call.json()
    const found = table.records.find(({ id }) => id === call.params.record)
    if (!found) return json({ error: "NOT_FOUND" }, { status: 404 })
    const wrong = wrongFields(body, table)
    if (wrong) return wrong
    if (isRecord(body)) Object.assign(found.fields, body.fields)
    return json(found)
  })
}

/** @see https://airtable.com/developers/web/api/list-records */
function listed(table: Table, asked: Readonly<Record<string, unknown>>): Response {
  const { fields, filterByFormula, offset, view } = asked
  const pageSize = Number(asked.pageSize ?? 100)
  if (!(pageSize >= 1 && pageSize <= 100)) return refusal(422, "INVALID_REQUEST_UNKNOWN", "Invalid pageSize.")
  if (view !== undefined && view !== "Grid view") return refusal(422, "VIEW_NAME_NOT_FOUND", "View not found.")
  const names = Array.isArray(fields) ? fields.map(String) : table.fieldNames
  const unknown = names.find((name) => !table.fieldNames.includes(name))
  if (unknown !== undefined) return unknownField(unknown)
  // Of formulas it knows one: a field that equals a text.
  const formula = /^\{(\w+)\} ?= ?'([^']*)'$/.exec(String(filterByFormula ?? ""))
  if (filterByFormula !== undefined && !formula) {
    return refusal(422, "INVALID_FILTER_BY_FORMULA", "The formula for filtering records is invalid.")
  }
  const start = offset === undefined ? 0 : Number(/^itr\/(\d+)$/.exec(String(offset))?.[1] ?? Number.NaN)
  if (Number.isNaN(start)) return refusal(422, "LIST_RECORDS_ITERATOR_NOT_AVAILABLE", "The offset is over.")
  const hits = table.records
    .filter(({ fields: values }) => !formula || values[formula[1] ?? ""] === formula[2])
    .slice(0, Number(asked.maxRecords ?? table.records.length))
  const end = start + pageSize
  const shown = hits.slice(start, end).map((record) => ({
    ...record,
    fields: Object.fromEntries(Object.entries(record.fields).filter(([name]) => names.includes(name))),
  }))
  return json({ records: shown, ...(end < hits.length && { offset: `itr/${end}` }) })
}

function wrongFields(one: unknown, table: Table): Response | undefined {
  if (!isRecord(one) || !isRecord(one.fields)) {
    return refusal(422, "INVALID_REQUEST_MISSING_FIELDS", 'Could not find field "fields" in the request body')
  }
  const unknown = Object.keys(one.fields).find((name) => !table.fieldNames.includes(name))
  return unknown === undefined ? undefined : unknownField(unknown)
}

function unknownField(name: string): Response {
  return refusal(422, "UNKNOWN_FIELD_NAME", `Unknown field name: "${name}"`)
}

function unreadable(): Response {
  return refusal(400, "INVALID_REQUEST_BODY", "Could not parse request body")
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
