import { connectorSuite, connectorWorld } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { type BoxEmulator, boxApp, createBoxEmulator } from "./box.emulator.js"
import { type BoxConnector, type BoxOptions, box } from "./box.js"
import { boxEvent, boxSignature } from "./box-webhooks.emulator.js"

connectorSuite<BoxConnector, BoxOptions, BoxEmulator>(box, {
  emulator: ({ redirectUri }) => createBoxEmulator({ redirectUris: [redirectUri] }),
  app: boxApp,
  methods: { oauth: { account: { id: "11446498", label: "First Person", email: "first@box.example" } } },
  operations: {
    list_folder_items: {
      parameters: { limit: 1 },
      answer: { entries: [{ id: "1001", type: "folder" }], next_marker: "1" },
    },
    get_file: { parameters: { file_id: "2001" }, answer: { name: "Handbook.pdf" } },
    search: { parameters: { query: "Contract", type: "file" }, answer: { entries: [{ id: "2002" }], total_count: 1 } },
    create_folder: { parameters: { name: "Plans", parent_id: "1001" }, answer: { type: "folder", name: "Plans" } },
  },
  errors: [
    {
      when: "there is no such file",
      operation: "get_file",
      parameters: { file_id: "9" },
      code: "resource_not_found",
      providerCode: "not_found",
    },
    {
      when: "the name is taken",
      operation: "create_folder",
      parameters: { name: "Contracts" },
      code: "input_invalid",
      providerCode: "item_name_in_use",
    },
  ],
  webhooks: {
    own: ({ provider }) => ({ url: provider.webhooks.at(-1)?.address ?? "", secret: boxApp.primaryKey }),
    signature: () => boxSignature(boxApp),
    deliveries: () => ({
      file_uploaded: boxEvent("FILE.UPLOADED"),
      file_trashed: boxEvent("FILE.TRASHED"),
      file_deleted: boxEvent("FILE.DELETED"),
      file_restored: boxEvent("FILE.RESTORED"),
      file_moved: boxEvent("FILE.MOVED"),
      file_renamed: boxEvent("FILE.RENAMED"),
      folder_created: boxEvent("FOLDER.CREATED"),
      comment_created: boxEvent("COMMENT.CREATED"),
    }),
    subscriptions: ({ provider }) => provider.webhooks.length,
  },
})

const world = () => connectorWorld({ connectors: [box(boxApp)], emulator: createBoxEmulator() })

describe("refresh tokens (quirk 40)", () => {
  it("work once, whoever asks at the same time", async () => {
    const { connect, emulator } = world()
    const connection = await connect()
    for (let hour = 0; hour < 3; hour++) {
      emulator.clock.advance(3_601_000)
      await Promise.all(Array.from({ length: 20 }, () => connection.run("list_folder_items")))
    }
    expect(emulator.counters.refreshes).toMatchObject({ issued: 3, mostForOne: 1 })
  })

  it("are used before their 60 days are over, though nobody calls", async () => {
    const { connect, emulator, holdfast } = world()
    const connection = await connect()
    for (let day = 0; day < 130; day++) {
      emulator.clock.advance(86_400_000)
      await holdfast.scheduler.tick()
    }
    await connection.run("list_folder_items")
    expect(await connection.info()).toMatchObject({ status: "active" })
  })
})

describe("lists", () => {
  it("are walked by markers and by offsets", async () => {
    const connection = await world().connect()
    const names: string[] = []
    for await (const { name } of connection.paginate("list_folder_items", { limit: 1 })) names.push(name)
    for await (const { name } of connection.paginate("search", { query: "Contract", limit: 1 })) names.push(name)
    expect(names).toEqual(["Contracts", "Handbook.pdf", "Contracts", "Contract.pdf"])
  })
})
