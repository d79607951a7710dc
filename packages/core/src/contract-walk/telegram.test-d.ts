import { z } from "zod"
import { type AuthMethod, type Context, defineConnector, type Next, operation } from "../index.js"
import { lastingClock, lastingPolicy, values } from "./kit.test-d.js"

// Not HTTP at all: a conversation of several steps on one MTProto session, whose text is state first and the secret at the end;
// a session used from two places at once is destroyed.

interface Session {
  readonly session: string
}
type State =
  | { readonly at: "code"; readonly session: string; readonly phone: string; readonly phoneCodeHash: string }
  | { readonly at: "password"; readonly session: string }
  | { readonly at: "qr"; readonly session: string }
type Answer = Next<State, Session>

interface Mtproto {
  send(peer: string, message: string): Promise<{ id: number }>
  me(): Promise<{ id: string; firstName: string }>
  close(): Promise<void>
}
declare const mtproto: {
  open(context: Context, session: string): Promise<Mtproto>
  sendCode(context: Context<State>, phone: string): Promise<{ session: string; phoneCodeHash: string }>
  signIn(context: Context<State>, state: State, code: string): Promise<{ session: string; needsPassword: boolean }>
  checkPassword(context: Context<State>, session: string, password: string): Promise<string>
  exportToken(context: Context<State>): Promise<{ session: string; url: string; expiresAt: number }>
  poll(context: Context<State>, session: string): Promise<"waiting" | "needs_password" | "done">
  logOut(context: Context<State>, session: string): Promise<void>
}

const granted = (session: string): Answer => ({
  grant: { slots: { main: { secret: { session }, clock: lastingClock } }, evidence: {} },
})
const askPassword = (session: string): Answer => ({
  state: { at: "password", session },
  step: {
    kind: "form",
    id: "password",
    title: "Your password",
    fields: [{ name: "password", label: "Password", type: "password" }],
  },
})

const shared = {
  kind: "telegram_user",
  needsApp: true,
  slots: ["main"],
  secret: z.object({ session: z.string() }),
  policy: lastingPolicy,
  revoke: (context: Context<State>, { session }: Session) => mtproto.logOut(context, session),
} as const

const phone: AuthMethod<Session, State> = {
  ...shared,
  id: "phone",
  label: "Phone number",
  fields: [{ name: "phone", label: "Phone number", type: "tel" }],
  input: z.object({ phone: z.string() }),
  facts: { hostIsChosen: false, startsWith: "form" },
  async begin(context, input) {
    const phoneNumber = values(input)?.phone ?? ""
    const sent = await mtproto.sendCode(context, phoneNumber)
    return {
      state: { at: "code", phone: phoneNumber, ...sent },
      step: { kind: "form", id: "code", title: "The code", fields: [{ name: "code", label: "Code", type: "code" }] },
    }
  },
  async advance(context, input) {
    const { state } = context.attempt ?? {}
    if (state?.at === "password") {
      return granted(await mtproto.checkPassword(context, state.session, values(input)?.password ?? ""))
    }
    if (state?.at !== "code") throw new Error("no code was asked for")
    const { session, needsPassword } = await mtproto.signIn(context, state, values(input)?.code ?? "")
    return needsPassword ? askPassword(session) : granted(session)
  },
}

const qr: AuthMethod<Session, State> = {
  ...shared,
  id: "qr",
  label: "QR code",
  fields: [],
  input: z.record(z.string(), z.string()),
  facts: { hostIsChosen: false, startsWith: "qr" },
  async begin(context) {
    const { session, url, expiresAt } = await mtproto.exportToken(context)
    return { state: { at: "qr", session }, step: { kind: "qr", data: url, expiresAt, pollAfterMs: 2_000 } }
  },
  async advance(context, input) {
    const session = context.attempt?.state?.session ?? ""
    if (input.from === "form")
      return granted(await mtproto.checkPassword(context, session, input.values.password ?? ""))
    const found = await mtproto.poll(context, session)
    if (found === "needs_password") return askPassword(session)
    return found === "done" ? granted(session) : qr.begin(context, input)
  },
}

const define = defineConnector({
  id: "telegram",
  vendor: "telegram",
  name: "Telegram",
  category: "communication",
  documentation: "https://core.telegram.org/api",
  methods: [phone, qr],
  app: {
    schema: z.object({ clientId: z.string(), apiHash: z.string() }),
    fields: [
      { name: "clientId", label: "api_id", secret: false },
      { name: "apiHash", label: "api_hash", secret: true },
    ],
  },
  tokens: "none",
  exclusive: true,
  async client(context, secret) {
    const client = await mtproto.open(context, shared.secret.parse(secret).session)
    return { client, close: () => client.close() }
  },
  errors: { codes: { AUTH_KEY_UNREGISTERED: "grant_ended", FLOOD_WAIT: "rate_limited" } },
  async identify({ client }) {
    const { id, firstName } = await client.me()
    return { id, label: firstName }
  },
  check: async ({ client }) => [{ name: "token", ok: (await client.me()).id !== "" }],
  operations: {
    send_message: operation({
      summary: "Send a message",
      effect: "write",
      input: z.object({ chatId: z.string(), message: z.string() }),
      output: z.object({ id: z.number() }),
      run: ({ client }: { client: Mtproto }, { chatId, message }) => client.send(chatId, message),
    }),
  },
  setup: { url: "https://my.telegram.org/apps", steps: ["Create an application."] },
})
export interface TelegramConnector extends ReturnType<typeof define> {}
export const telegram: () => TelegramConnector = define
