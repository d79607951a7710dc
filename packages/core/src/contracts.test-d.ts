/**
 * Types as an importer meets them, over every provider of the walk (`contract-walk/`), which stand without behaviour. Checked by
 * `tsc`, never run: a contract that no longer fits one of them does not compile.
 */
import { expectTypeOf } from "vitest"
import { z } from "zod"
import { openai, sendgrid } from "./contract-walk/api-keys.test-d.js"
import { acme } from "./contract-walk/client-credentials.test-d.js"
import { email } from "./contract-walk/email.test-d.js"
import { quickbooks, stripe } from "./contract-walk/evidence.test-d.js"
import { github } from "./contract-walk/github.test-d.js"
import { type GoogleSheetsConnector, googleCalendar, googleSheets } from "./contract-walk/google.test-d.js"
import { plaid } from "./contract-walk/plaid.test-d.js"
import { shopify } from "./contract-walk/shopify.test-d.js"
import { type SlackConnector, slack } from "./contract-walk/slack.test-d.js"
import { type TelegramConnector, telegram } from "./contract-walk/telegram.test-d.js"
import { trello } from "./contract-walk/trello.test-d.js"
import { woocommerce } from "./contract-walk/woocommerce.test-d.js"
import { wordpress } from "./contract-walk/wordpress.test-d.js"
import { xero } from "./contract-walk/xero.test-d.js"
import { zohoBooks } from "./contract-walk/zoho.test-d.js"
import {
  type Connection,
  type Connector,
  createHoldfast,
  type Holdfast,
  keyring,
  memoryStore,
  type OwnerScope,
  operation,
  type PagedOperationName,
  type TokenAccess,
} from "./index.js"

const parts = {
  url: "https://app.example.com/api/integrations",
  store: memoryStore(),
  keys: keyring(undefined),
}
const owner = { tenantId: "t1", userId: "u1" }

const holdfast = createHoldfast({
  ...parts,
  connectors: [
    slack(),
    shopify(),
    telegram(),
    plaid(),
    wordpress(),
    woocommerce(),
    trello(),
    github(),
    googleSheets(),
    googleCalendar(),
    zohoBooks(),
    xero(),
    acme(),
    email(),
    openai(),
    sendgrid(),
    quickbooks(),
    stripe(),
  ],
})
const mine = holdfast.for(owner)

/** A1, A7: the connection of an id, in either spelling. */
export async function byId() {
  expectTypeOf(await mine.get("slack")).toEqualTypeOf<Connection<SlackConnector>>()
  expectTypeOf(await mine.get("google-sheets")).toEqualTypeOf<Connection<GoogleSheetsConnector>>()
  expectTypeOf(await mine.get("google_sheets")).toEqualTypeOf<Connection<GoogleSheetsConnector>>()
  expectTypeOf(mine.connection("conn_1", "google_sheets")).toEqualTypeOf<Connection<GoogleSheetsConnector>>()
  expectTypeOf(holdfast.asSystem().connection("conn_1", "slack")).toEqualTypeOf<Connection<SlackConnector>>()
  // Without the connector's name nothing is known of the operations.
  expectTypeOf(mine.connection("conn_1")).toEqualTypeOf<Connection>()
  expectTypeOf(await mine.connection("conn_1").run("whatever", { any: "thing" })).toBeUnknown()
  // @ts-expect-error there is no such connector
  await mine.get("slick")
  // @ts-expect-error there is no such connector
  await mine.connect("slick")
  await mine.connect("zoho_books", { returnTo: "/settings" })
  holdfast.on("google_calendar", "event_changed", () => {})
  // @ts-expect-error there is no such connector
  holdfast.on("google", "event_changed", () => {})
  // @ts-expect-error X1: no way to a connection without an owner
  holdfast.connection("conn_1")
}

/** Parameters and results of operations are inferred from their schemas. */
export async function operations() {
  const workspace = await mine.get("slack")
  expectTypeOf(await workspace.run("send_message", { channel: "C1", message: "hello" })).toEqualTypeOf<{ ts: string }>()
  // @ts-expect-error `message` is missing
  await workspace.run("send_message", { channel: "C1" })
  // @ts-expect-error parameters are required
  await workspace.run("send_message")
  // @ts-expect-error a channel is named by a string
  await workspace.run("send_message", { channel: 1, message: "hello" })
  // @ts-expect-error there is no such operation
  await workspace.run("send_massage", { channel: "C1", message: "hello" })
  // @ts-expect-error there is no such operation
  await workspace.can("send_massage")
  await workspace.can("send_message")

  // Parameters may be left out where none is required.
  const calendar = await mine.get("google-calendar")
  expectTypeOf(await calendar.run("list_events")).toEqualTypeOf<{ items: { id: string }[] }>()
  await calendar.run("list_events", { calendarId: "team" }, { signal: new AbortController().signal })
  // What a schema coerces may come as written by people.
  await (await mine.get("shopify")).run("get_order", { orderId: 4_711 })
}

/** Items are typed from the operation, and only operations with pages can be walked. */
export async function pages() {
  const workspace = await mine.get("slack")
  for await (const channel of workspace.paginate("list_channels", { types: "im" }, { maxPages: 3, target: "T1" })) {
    expectTypeOf(channel).toEqualTypeOf<{ id: string }>()
  }
  // @ts-expect-error `types` is missing
  workspace.paginate("list_channels")
  // @ts-expect-error a message has no pages
  workspace.paginate("send_message", { channel: "C1", message: "hello" })
  // @ts-expect-error there is no such option
  await workspace.run("list_channels", { types: "im" }, { maxPages: 3 })
  expectTypeOf<PagedOperationName<SlackConnector>>().toEqualTypeOf<"list_channels">()
  // None of Telegram's has pages, and where the compiler does not know the connector any may have them.
  expectTypeOf<PagedOperationName<TelegramConnector>>().toBeNever()
  for await (const item of mine.connection("conn_1").paginate("whatever", { any: "thing" })) {
    expectTypeOf(item).toBeUnknown()
  }
  operation({
    summary: "",
    effect: "read",
    input: z.object({ cursor: z.string().optional() }),
    output: z.object({ items: z.array(z.string()) }),
    // @ts-expect-error it takes no `page`
    pages: { items: (result) => result.items, next: () => ({ page: 2 }) },
    run: async () => ({ items: [] }),
  })
}

/** A3: `accessToken` is not there where no secret is one bearer string. */
export async function tokens() {
  expectTypeOf(await (await mine.get("slack")).accessToken({ as: "user" })).toBeString()
  expectTypeOf((await (await mine.get("stripe")).token()).expiresAt).toEqualTypeOf<Date | "never" | "unknown">()
  // @ts-expect-error MTProto has no bearer token
  await (await mine.get("telegram")).accessToken()
  // @ts-expect-error a user name and a password are no bearer token
  await (await mine.get("wordpress")).token()
  expectTypeOf<Connection<TelegramConnector>>().not.toHaveProperty("accessToken")
  // Where the compiler does not know the connector, it may be there.
  expectTypeOf(mine.connection("conn_1").accessToken).toEqualTypeOf<TokenAccess["accessToken"] | undefined>()
  expectTypeOf(await mine.connection("conn_1").unsafe.secret()).toBeUnknown()
}

/** A5: what widens a list makes ids strings and results `unknown`, never `any`; what stays exact stays typed. */
export async function widened() {
  const base: Connector[] = []
  const any = createHoldfast({ ...parts, connectors: base }).for(owner)
  expectTypeOf(await any.get("slack")).toEqualTypeOf<Connection>()
  expectTypeOf(await (await any.get("slack")).run("send_message")).toBeUnknown()
  expectTypeOf(await (await any.get("slack")).run("send_message", { channel: 1 })).toBeUnknown()

  // Ids are unique, so the one that is named is known, and all others are not.
  const mixed = createHoldfast({ ...parts, connectors: [...base, slack()] }).for(owner)
  expectTypeOf(await mixed.get("slack")).toEqualTypeOf<Connection<SlackConnector>>()
  expectTypeOf(await (await mixed.get("other")).run("anything")).toBeUnknown()

  const plugins = Math.random() > 0.5 ? [telegram()] : []
  const conditional = createHoldfast({ ...parts, connectors: [slack(), ...plugins] }).for(owner)
  expectTypeOf(await conditional.get("telegram")).toEqualTypeOf<Connection<TelegramConnector>>()
  expectTypeOf(await (await conditional.get("slack")).run("send_message", { channel: "", message: "" })).toEqualTypeOf<{
    ts: string
  }>()
}

/** A Holdfast of known connectors goes wherever any Holdfast goes: handlers, adapters, helpers. */
export function asGeneral() {
  expectTypeOf(holdfast).toExtend<Holdfast>()
  expectTypeOf(mine).toExtend<OwnerScope>()
  expectTypeOf(slack()).toExtend<Connector>()
  expectTypeOf<Connection<SlackConnector>>().toExtend<Connection>()
  expectTypeOf<Connection<TelegramConnector>>().toExtend<Connection>()
  expectTypeOf(createHoldfast({ ...parts, connectors: [] })).toExtend<Holdfast>()
}
