import type { Answer, ApiAccess, Caller, Service } from "./access.js"
import { invalidArgument } from "./errors.js"

export interface DriveFile {
  readonly id: string
  readonly name: string
  readonly mimeType: string
  readonly owner: string
  readonly parents?: readonly string[]
  readonly trashed?: boolean
  readonly modifiedTime: string
  readonly size?: string
  /** Whether it was opened with the app, which is all that `drive.file` reaches. Default: false. */
  readonly openedWithApp?: boolean
}

const service: Service = {
  name: "drive.googleapis.com",
  title: "Google Drive API",
  origin: "https://www.googleapis.com",
  style: "list",
}

/** @see https://developers.google.com/workspace/drive/api/reference/rest/v3/files/list */
export function driveApi(access: ApiAccess, files: readonly DriveFile[]): void {
  access.add({
    service,
    id: "drive.files.list",
    method: "GET",
    path: "/drive/v3/files",
    scopes: "drive.read",
    answer({ url }, caller): Answer {
      const query = url.searchParams
      const wanted = parseQuery(query.get("q") ?? "")
      if (!wanted) return { refused: { ...invalidArgument("Invalid Value", "q"), reason: "invalid" } }
      const size = Number(query.get("pageSize") ?? 100)
      if (!Number.isInteger(size) || size < 1 || size > 1_000)
        return {
          refused: {
            ...invalidArgument("Invalid value. Values must be within the range: [1, 1000]", "pageSize"),
            reason: "invalid",
          },
        }
      const fields = parseFields(query.get("fields"))
      if ("refused" in fields) return fields
      const order = orderOf(query.get("orderBy"))
      const visible = files
        .filter((file) => isVisible(file, caller))
        .filter((file) => wanted.every((test) => test(file)))
      const found = order ? visible.toSorted(order) : visible
      const from = Number(query.get("pageToken") ?? 0)
      const page = found.slice(from, from + size)
      const body: Record<string, unknown> = {
        kind: "drive#fileList",
        incompleteSearch: false,
        files: page.map((file) => pick(shownFile(file, caller), fields.body.file)),
        ...(found.length > from + size && { nextPageToken: String(from + size) }),
      }
      return { body: pick(body, fields.body.top) }
    },
  })
  access.add({
    service,
    id: "drive.about.get",
    method: "GET",
    path: "/drive/v3/about",
    scopes: "drive.read",
    answer({ url }, { account }): Answer {
      // The one method for which `fields` is not optional.
      const fields = url.searchParams.get("fields")
      if (fields === null)
        return {
          refused: {
            ...invalidArgument("The 'fields' parameter is required for this method.", "fields"),
            reason: "required",
          },
        }
      const { email } = account.data
      const about = {
        kind: "drive#about",
        user: { kind: "drive#user", displayName: email, emailAddress: email, me: true },
      }
      const names = fields.split(",").map((name) => name.replace(/[(/].*$/, ""))
      return { body: pick(about, fields === "*" ? undefined : names) }
    },
  })
}

function isVisible(file: DriveFile, { account, scopes }: Caller): boolean {
  const onlyOpened = !scopes.some((scope) =>
    /\/auth\/drive(?:\.readonly|\.metadata|\.metadata\.readonly)?$/.test(scope),
  )
  return file.owner === account.id && (!onlyOpened || file.openedWithApp === true)
}

function shownFile({ owner: _owner, openedWithApp: _opened, ...file }: DriveFile, { account }: Caller) {
  const { email } = account.data
  return {
    kind: "drive#file",
    ...file,
    trashed: file.trashed ?? false,
    webViewLink: `https://drive.google.com/file/d/${file.id}/view`,
    owners: [{ kind: "drive#user", displayName: email, emailAddress: email, me: true }],
  }
}

type Test = (file: DriveFile) => boolean

/** The commonest terms of the query language, joined by `and`. Undefined for what it does not know. */
function parseQuery(text: string): Test[] | undefined {
  if (text.trim() === "") return []
  const tests = text.split(/\s+and\s+/i).map(parseTerm)
  return tests.every((test) => test !== undefined) ? tests : undefined
}

function parseTerm(term: string): Test | undefined {
  const text = "'((?:[^'\\\\]|\\\\.)*)'"
  const unescaped = (value = "") => value.replace(/\\(.)/g, "$1")
  const [, field, operator, value] =
    new RegExp(`^(name|mimeType)\\s*(=|!=|contains)\\s*${text}$`).exec(term.trim()) ?? []
  if (field === "name" || field === "mimeType") {
    const wanted = unescaped(value)
    if (operator === "contains") return (file) => file[field].toLowerCase().includes(wanted.toLowerCase())
    return (file) => (file[field] === wanted) === (operator === "=")
  }
  const parent = new RegExp(`^${text}\\s+in\\s+parents$`).exec(term.trim())
  if (parent) return (file) => (file.parents ?? ["root"]).includes(unescaped(parent[1]))
  const trashed = /^trashed\s*=\s*(true|false)$/.exec(term.trim())
  if (trashed) return (file) => (file.trashed ?? false) === (trashed[1] === "true")
  return undefined
}

const topFields = ["kind", "incompleteSearch", "files", "nextPageToken"]
const fileFields = [
  ...["kind", "id", "name", "mimeType", "parents", "trashed", "modifiedTime", "size", "webViewLink", "owners"],
  ...["driveId", "iconLink", "createdTime", "description", "starred", "shared"],
]

/** A partial-response mask of one level: `nextPageToken,files(id,name)`. */
function parseFields(mask: string | null) {
  if (mask === null) return { body: { top: undefined, file: ["kind", "id", "name", "mimeType"] } }
  if (mask === "*") return { body: { top: undefined, file: undefined } }
  const inner = /files\(([^)]*)\)/.exec(mask)?.[1]
  const top = mask.replace(/files\([^)]*\)/, "files").split(",")
  const file = inner === undefined || inner === "*" ? undefined : inner.split(",")
  const wrong = [
    ...top.filter((name) => !topFields.includes(name)),
    ...(file ?? []).filter((name) => !fileFields.includes(name)),
  ]
  if (wrong.length > 0)
    return {
      refused: { ...invalidArgument(`Invalid field selection ${wrong[0]}`, "fields"), reason: "invalidParameter" },
    }
  return { body: { top, file } }
}

function orderOf(order: string | null): ((a: DriveFile, b: DriveFile) => number) | undefined {
  if (order === null) return undefined
  const [, field = "", descending] = /^(name|modifiedTime)( desc)?$/.exec(order) ?? []
  const key = field === "name" ? "name" : "modifiedTime"
  return (a, b) => a[key].localeCompare(b[key]) * (descending ? -1 : 1)
}

function pick(from: object, names: readonly string[] | undefined): object {
  return names ? Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name))) : from
}
