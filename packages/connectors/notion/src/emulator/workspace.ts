/** Somebody who can share pages of a workspace. */
export interface NotionUser {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly workspaceId: string
  readonly workspaceName: string
  /** The bot that acts for this person's permission. */
  readonly botId: string
}

/** A page, in the form that Notion shows. */
export interface NotionPage {
  readonly id: string
  readonly workspaceId: string
  /** Whether the person picked it on the consent page. */
  readonly shared: boolean
  readonly parent: Readonly<Record<string, unknown>>
  readonly properties: Readonly<Record<string, unknown>>
  readonly blocks: Record<string, unknown>[]
}

export interface NotionDatabase {
  readonly id: string
  readonly workspaceId: string
  readonly title: string
  /** Each with the names of its properties and their types. */
  readonly dataSources: readonly {
    readonly id: string
    readonly name: string
    readonly properties: Readonly<Record<string, string>>
  }[]
}

/** Everything that the stand-in holds. */
export interface NotionWorld {
  readonly users: readonly NotionUser[]
  readonly databases: readonly NotionDatabase[]
  readonly pages: NotionPage[]
}

/** An id in Notion's form, for a number. */
export function uuid(number: number): string {
  return `00000000-0000-4000-8000-${number.toString(16).padStart(12, "0")}`
}

/** With dashes, however it was written; undefined for what is no id. */
export function dashed(id: unknown): string | undefined {
  if (typeof id !== "string") return undefined
  const plain = id.replaceAll("-", "").toLowerCase()
  if (!/^[0-9a-f]{32}$/.test(plain)) return undefined
  return plain.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")
}

export const defaultUsers: readonly NotionUser[] = [
  {
    id: uuid(0xa1),
    name: "First Person",
    email: "first@notion.example",
    workspaceId: uuid(0xb1),
    workspaceName: "First workspace",
    botId: uuid(0xc1),
  },
  {
    id: uuid(0xa2),
    name: "Second Person",
    email: "second@notion.example",
    workspaceId: uuid(0xb2),
    workspaceName: "Second workspace",
    botId: uuid(0xc2),
  },
]

/** What the first workspace holds: ids for tests. */
export const seededIds = {
  page: uuid(0x10),
  unsharedPage: uuid(0x11),
  foreignPage: uuid(0x12),
  row: uuid(0x13),
  database: uuid(0x20),
  dataSource: uuid(0x21),
  splitDatabase: uuid(0x30),
  splitDataSources: [uuid(0x31), uuid(0x32)],
} as const

export function textOf(content: string): readonly Record<string, unknown>[] {
  return [{ type: "text", text: { content }, plain_text: content }]
}

export function seededWorld(users: readonly NotionUser[]): NotionWorld {
  const [first, second = first] = users
  if (!first || !second) throw new TypeError("the emulator needs a user")
  const workspace = { workspaceId: first.workspaceId, shared: true }
  const titled = (title: string) => ({ title: { id: "title", type: "title", title: textOf(title) } })
  const top = { type: "workspace", workspace: true }
  return {
    users,
    databases: [
      {
        id: seededIds.database,
        workspaceId: first.workspaceId,
        title: "Tasks",
        dataSources: [{ id: seededIds.dataSource, name: "Tasks", properties: { Name: "title", Done: "checkbox" } }],
      },
      {
        id: seededIds.splitDatabase,
        workspaceId: first.workspaceId,
        title: "People",
        dataSources: seededIds.splitDataSources.map((id, index) => ({
          id,
          name: index === 0 ? "Staff" : "Guests",
          properties: { Name: "title" },
        })),
      },
    ],
    pages: [
      { ...workspace, id: seededIds.page, parent: top, properties: titled("Handbook"), blocks: [] },
      {
        ...workspace,
        id: seededIds.unsharedPage,
        shared: false,
        parent: top,
        properties: titled("Private"),
        blocks: [],
      },
      {
        id: seededIds.foreignPage,
        workspaceId: second.workspaceId,
        shared: true,
        parent: top,
        properties: titled("Theirs"),
        blocks: [],
      },
      {
        ...workspace,
        id: seededIds.row,
        parent: { type: "data_source_id", data_source_id: seededIds.dataSource, database_id: seededIds.database },
        properties: {
          Name: { id: "title", type: "title", title: textOf("Write it down") },
          Done: { id: "done", type: "checkbox", checkbox: false },
        },
        blocks: [],
      },
    ],
  }
}
