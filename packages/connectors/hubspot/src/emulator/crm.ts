import { type AuthorizationServer, type Call, type EmulatorKit, json } from "@holdfast/emulator"

/** A HubSpot account, and who installs the app there. */
export interface HubSpotPortal {
  readonly portalId: number
  readonly userId: number
  readonly email: string
  /** Optional scopes that the account has something for. */
  readonly optionalScopes: readonly string[]
}

export interface CrmRecord {
  readonly id: string
  readonly portalId: number
  readonly type: "contacts" | "deals" | "notes"
  readonly properties: Record<string, string>
  readonly associations: readonly { readonly to: string; readonly typeId: number }[]
}

const correlationId = "aeb5f871-7f07-4993-9211-075dc63e7cbf"
const known: Readonly<Record<CrmRecord["type"], readonly string[]>> = {
  contacts: ["email", "firstname", "lastname", "company", "phone", "lifecyclestage"],
  deals: ["dealname", "amount", "dealstage", "pipeline", "closedate"],
  notes: ["hs_note_body", "hs_timestamp", "hubspot_owner_id", "hs_attachment_ids"],
}

/** An error in HubSpot's form. @see https://developers.hubspot.com/docs/api-reference/error-handling */
function refusal(status: number, category: string, message: string): Response {
  return json({ status: "error", message, correlationId, category }, { status })
}

/**
 * Account details, contacts, deals and notes.
 * @see https://developers.hubspot.com/docs/guides/api/crm/using-object-apis
 */
export function crmApi(kit: EmulatorKit, oauth: AuthorizationServer<HubSpotPortal>, records: CrmRecord[]): void {
  const route = (
    method: "GET" | "POST" | "PATCH",
    path: string,
    scope: string,
    answer: (call: Call, portal: HubSpotPortal) => Response | Promise<Response>,
  ) =>
    kit.route(
      method,
      "https://api.hubapi.com",
      path,
      (call) => {
        const token = oauth.inspect(call.request)
        if (token.is === "expired") return refusal(401, "EXPIRED_AUTHENTICATION", "The OAuth token is expired.")
        if (token.is !== "live") return refusal(401, "INVALID_AUTHENTICATION", "Authentication credentials not found.")
        call.note({ grantId: token.grant.id })
        if (!token.scopes.includes(scope)) {
          return refusal(403, "MISSING_SCOPES", "This app hasn't been granted all required scopes to make this call.")
        }
        return answer(call, token.account.data)
      },
      { id: `${method} ${path}` },
    )
  const shown = ({ id, properties }: CrmRecord) => {
    const at = new Date(kit.clock.now()).toISOString()
    return { id, properties: { ...properties, hs_object_id: id }, createdAt: at, updatedAt: at, archived: false }
  }
  const of = ({ portalId }: HubSpotPortal, type: CrmRecord["type"]) =>
    records.filter((record) => record.portalId === portalId && record.type === type)
  const add = (portal: HubSpotPortal, record: Pick<CrmRecord, "type" | "properties" | "associations">) => {
    const added = { ...record, id: String(5_000 + records.length), portalId: portal.portalId }
    records.push(added)
    return json(shown(added), { status: 201 })
  }

  route("GET", "/account-info/v3/details", "oauth", (_call, { portalId }) =>
    json({
      portalId,
      accountType: "STANDARD",
      timeZone: "Europe/Berlin",
      companyCurrency: "EUR",
      additionalCurrencies: [],
      utcOffset: "+01:00",
      utcOffsetMilliseconds: 3_600_000,
      uiDomain: "app.hubspot.com",
      dataHostingLocation: "na1",
    }),
  )

  route("POST", "/crm/v3/objects/contacts/search", "crm.objects.contacts.read", async (call, portal) => {
    const body = await call.json()
    if (!isRecord(body)) return refusal(400, "VALIDATION_ERROR", "Invalid input JSON.")
    const { query = "", filterGroups = [], limit = 10, after = "0" } = body
    if (typeof limit !== "number" || limit < 1 || limit > 200) return invalid("limit")
    if (!/^\d+$/.test(String(after))) return invalid("after")
    const emails = JSON.stringify(filterGroups).match(/"value":"([^"]*)"/)
    const hits = of(portal, "contacts").filter(
      ({ properties }) =>
        (emails === null || properties.email === emails[1]) &&
        Object.values(properties).join(" ").toLowerCase().includes(String(query).toLowerCase()),
    )
    const end = Number(after) + limit
    const paging = end < hits.length ? { paging: { next: { after: String(end), link: "?" } } } : {}
    return json({ total: hits.length, results: hits.slice(Number(after), end).map(shown), ...paging })
  })

  route("POST", "/crm/v3/objects/contacts", "crm.objects.contacts.write", async (call, portal) => {
    const read = propertiesOf(await call.json(), "contacts")
    if (read instanceof Response) return read
    const twin = of(portal, "contacts").find(({ properties }) => properties.email === read.email && read.email)
    if (twin) return refusal(409, "CONFLICT", `Contact already exists. Existing ID: ${twin.id}`)
    return add(portal, { type: "contacts", properties: read, associations: [] })
  })

  route("PATCH", "/crm/v3/objects/deals/{id}", "crm.objects.deals.write", async (call, portal) => {
    const deal = of(portal, "deals").find(({ id }) => id === call.params.id)
    if (!deal) return refusal(404, "OBJECT_NOT_FOUND", "Object not found.  objectId are usually numeric.")
    const read = propertiesOf(await call.json(), "deals")
    if (read instanceof Response) return read
    Object.assign(deal.properties, read)
    return json(shown(deal))
  })

  route("POST", "/crm/v3/objects/notes", "crm.objects.contacts.write", async (call, portal) => {
    const body = await call.json()
    const read = propertiesOf(body, "notes")
    if (read instanceof Response) return read
    if (!read.hs_timestamp || Number.isNaN(Date.parse(read.hs_timestamp))) return invalid("hs_timestamp")
    const asked = isRecord(body) && Array.isArray(body.associations) ? body.associations.filter(isRecord) : []
    const associations = asked.map(({ to, types }) => ({
      to: isRecord(to) ? String(to.id) : "",
      typeId: Number(Array.isArray(types) && isRecord(types[0]) ? types[0].associationTypeId : 0),
    }))
    if (associations.some(({ typeId }) => ![202, 190, 214].includes(typeId))) return invalid("associationTypeId")
    return add(portal, { type: "notes", properties: read, associations })
  })
}

function propertiesOf(body: unknown, type: CrmRecord["type"]): Record<string, string> | Response {
  if (!isRecord(body) || !isRecord(body.properties)) return refusal(400, "VALIDATION_ERROR", "Invalid input JSON.")
  const unknown = Object.keys(body.properties).find((name) => !known[type].includes(name))
  if (unknown !== undefined) return refusal(400, "VALIDATION_ERROR", `Property "${unknown}" does not exist`)
  return Object.fromEntries(Object.entries(body.properties).map(([name, value]) => [name, String(value)]))
}

function invalid(field: string): Response {
  return refusal(400, "VALIDATION_ERROR", `Invalid input JSON: ${field}.`)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
