import { type AuthorizationServer, type Call, type EmulatorKit, json } from "@holdfast/emulator"
import { dashed, type NotionPage, type NotionUser, type NotionWorld, textOf, uuid } from "./workspace.js"

const host = "https://api.notion.com"
const versions = ["2022-02-22", "2022-06-28", "2025-09-03"]

type Answer = (call: Call, user: NotionUser, body: Readonly<Record<string, unknown>>) => Response

/** An error in Notion's form. @see https://developers.notion.com/reference/status-codes */
export function refusal(status: number, code: string, message: string): Response {
  return json({ object: "error", status, code, message, request_id: uuid(0xee) }, { status })
}

/** What is wrong with the version that a request names, if anything. @see https://developers.notion.com/reference/versioning */
export function versionRefusal(request: Request): { code: string; message: string } | undefined {
  const version = request.headers.get("notion-version")
  if (version === null) {
    const message =
      "Notion-Version header failed validation: Notion-Version header should be defined, instead was `undefined`."
    return { code: "missing_version", message }
  }
  if (versions.includes(version)) return undefined
  return { code: "validation_error", message: "Notion-Version header failed validation." }
}

/**
 * Pages, databases, data sources and blocks, as version 2025-09-03 has them.
 * @see https://developers.notion.com/reference/intro
 */
export function notionApi(kit: EmulatorKit, oauth: AuthorizationServer<NotionUser>, world: NotionWorld): void {
  const route = (method: "GET" | "POST" | "PATCH", path: string, answer: Answer) =>
    kit.route(
      method,
      host,
      path,
      async (call) => {
        const wrong = versionRefusal(call.request)
        if (wrong) return refusal(400, wrong.code, wrong.message)
        const token = oauth.inspect(call.request)
        if (token.is !== "live") return refusal(401, "unauthorized", "API token is invalid.")
        call.note({ grantId: token.grant.id })
        if (method === "GET") return answer(call, token.account.data, {})
        const body = await call.json()
        if (!isRecord(body)) return refusal(400, "invalid_json", "Error parsing JSON body.")
        return answer(call, token.account.data, body)
      },
      { id: `${method} ${path}` },
    )

  const visible = (user: NotionUser) =>
    world.pages.filter(({ workspaceId, shared }) => shared && workspaceId === user.workspaceId)
  const pageOf = (user: NotionUser, id: unknown) => visible(user).find((page) => page.id === dashed(id))
  const sourcesOf = (user: NotionUser) =>
    world.databases
      .filter(({ workspaceId }) => workspaceId === user.workspaceId)
      .flatMap(({ id, dataSources }) => dataSources.map((source) => ({ ...source, databaseId: id })))

  const shownPage = ({ id, parent, properties }: NotionPage) => ({
    object: "page",
    id,
    created_time: time(kit),
    last_edited_time: time(kit),
    archived: false,
    in_trash: false,
    parent,
    properties,
    url: `https://www.notion.so/${id.replaceAll("-", "")}`,
  })
  const shownSource = ({ id, name, databaseId }: { id: string; name: string; databaseId: string }) => ({
    object: "data_source",
    id,
    title: textOf(name),
    parent: { type: "database_id", database_id: databaseId },
    url: null,
  })

  route("GET", "/v1/users/me", (_call, { id, name, email, botId, workspaceName }) =>
    json({
      object: "user",
      id: botId,
      type: "bot",
      name: "The integration",
      bot: {
        owner: { type: "user", user: { object: "user", id, type: "person", name, person: { email } } },
        workspace_name: workspaceName,
      },
    }),
  )

  route("POST", "/v1/search", (_call, user, body) => {
    const { filter, query = "" } = body
    const value = isRecord(filter) ? filter.value : undefined
    if (filter !== undefined && value !== "page" && value !== "data_source") {
      return refusal(
        400,
        "validation_error",
        'body failed validation: body.filter.value should be `"page"` or `"data_source"`.',
      )
    }
    const all = [...visible(user).map(shownPage), ...sourcesOf(user).map(shownSource)]
    const hits = all.filter(
      (one) =>
        (value === undefined || one.object === value) &&
        JSON.stringify(one).toLowerCase().includes(String(query).toLowerCase()),
    )
    return paged(hits, body, "page_or_data_source")
  })

  route("GET", "/v1/pages/{id}", (call, user) => {
    const page = pageOf(user, call.params.id)
    return page ? json(shownPage(page)) : missing("page", call.params.id)
  })

  route("POST", "/v1/pages", (_call, user, body) => {
    const { parent, properties, children = [] } = body
    if (!isRecord(properties)) return invalid("properties", "defined")
    if (!isRecord(parent)) return invalid("parent", "defined")
    if (!Array.isArray(children) || children.length > 100) return invalid("children", "an array of at most 100")
    const source = sourcesOf(user).find(({ id }) => id === dashed(parent.data_source_id))
    if (parent.data_source_id !== undefined && !source) return missing("data source", String(parent.data_source_id))
    if (!source && !pageOf(user, parent.page_id)) return missing("page", String(parent.page_id))
    const known = source?.properties ?? { title: "title" }
    const unknown = Object.keys(properties).find((name) => !(name in known))
    if (unknown !== undefined) return refusal(400, "validation_error", `${unknown} is not a property that exists.`)
    const page: NotionPage = {
      id: uuid(0x1000 + world.pages.length),
      workspaceId: user.workspaceId,
      shared: true,
      parent: source
        ? { type: "data_source_id", data_source_id: source.id, database_id: source.databaseId }
        : { type: "page_id", page_id: dashed(parent.page_id) },
      properties,
      blocks: children.filter(isRecord),
    }
    world.pages.push(page)
    return json(shownPage(page))
  })

  route("GET", "/v1/databases/{id}", (call, user) => {
    const wanted = dashed(call.params.id)
    const database = world.databases.find(({ id, workspaceId }) => id === wanted && workspaceId === user.workspaceId)
    if (!database) return missing("database", call.params.id)
    const { id, title, dataSources } = database
    const data_sources = dataSources.map((source) => ({ id: source.id, name: source.name }))
    return json({ object: "database", id, title: textOf(title), data_sources })
  })

  route("POST", "/v1/data_sources/{id}/query", (call, user, body) => {
    const source = sourcesOf(user).find(({ id }) => id === dashed(call.params.id))
    if (!source) return missing("data source", call.params.id)
    const { filter } = body
    if (filter !== undefined && (!isRecord(filter) || !matchesSchema(filter, source.properties))) {
      return refusal(400, "validation_error", "Could not find property with name or id of the filter.")
    }
    const rows = visible(user).filter(({ parent }) => parent.data_source_id === source.id)
    const kept = rows.filter(({ properties }) => !isRecord(filter) || checkboxMatches(filter, properties))
    return paged(kept.map(shownPage), body, "page_or_data_source")
  })

  route("PATCH", "/v1/blocks/{id}/children", (call, user, body) => {
    const page = pageOf(user, call.params.id)
    if (!page) return missing("block", call.params.id)
    const { children } = body
    if (!Array.isArray(children) || children.length === 0 || children.length > 100) {
      return invalid("children", "an array of 1 to 100")
    }
    const untyped = children.find(
      (block) => !isRecord(block) || !(String(block.type ?? Object.keys(block)[0]) in block),
    )
    if (untyped !== undefined) return invalid("children[0]", "a block")
    const added = children.filter(isRecord).map((block, index) => ({
      object: "block",
      id: uuid(0x2000 + page.blocks.length + index),
      parent: { type: "page_id", page_id: page.id },
      type: Object.keys(block).find((name) => name !== "object" && name !== "type"),
      ...block,
    }))
    page.blocks.push(...added)
    return paged(added, {}, "block")
  })
}

/** @see https://developers.notion.com/reference/intro#pagination */
function paged(items: readonly unknown[], asked: Readonly<Record<string, unknown>>, type: string): Response {
  const { page_size: size = 100, start_cursor: cursor } = asked
  if (typeof size !== "number" || size < 1 || size > 100) return invalid("page_size", "at most `100`")
  const start = cursor === undefined ? 0 : Number(/^cursor-(\d+)$/.exec(String(cursor))?.[1] ?? Number.NaN)
  if (!Number.isInteger(start) || start > items.length)
    return refusal(400, "validation_error", "start_cursor is invalid.")
  const end = start + size
  const has_more = end < items.length
  return json({
    object: "list",
    results: items.slice(start, end),
    next_cursor: has_more ? `cursor-${end}` : null,
    has_more,
    type,
    [type]: {},
  })
}

/** One condition on a checkbox; others are taken for true. @see https://developers.notion.com/reference/filter-data-source-entries */
function checkboxMatches(
  filter: Readonly<Record<string, unknown>>,
  properties: Readonly<Record<string, unknown>>,
): boolean {
  const value = properties[String(filter.property)]
  if (!isRecord(filter.checkbox) || !isRecord(value)) return true
  return (value.checkbox === true) === filter.checkbox.equals
}

function matchesSchema(filter: Readonly<Record<string, unknown>>, schema: Readonly<Record<string, string>>): boolean {
  if ("and" in filter || "or" in filter || "timestamp" in filter) return true
  const type = schema[String(filter.property)]
  return type !== undefined && type in filter
}

function missing(kind: string, id = ""): Response {
  return refusal(
    404,
    "object_not_found",
    `Could not find ${kind} with ID: ${id}. Make sure it is shared with your integration.`,
  )
}

function invalid(field: string, expected: string): Response {
  return refusal(400, "validation_error", `body failed validation: body.${field} should be ${expected}.`)
}

function time({ clock }: EmulatorKit): string {
  return new Date(clock.now()).toISOString()
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
