import {
  type AuthMethod,
  type Context,
  type Field,
  type Form,
  HoldfastError,
  type Input,
  isHoldfastError,
  lastingClock,
  lastingPolicy,
  type Next,
  takeForm,
} from "@holdfast/core"
import { z } from "zod"
import type { LoginResult, SentCode, SessionClient } from "./session-client.js"
import { connect, type Transport } from "./transport.js"

/** What is sealed: the session string, which is the whole of the access. */
export interface TelegramSecret {
  readonly session: string
}

/** Sealed between steps. `unsure`: an answer was lost, so the last step may have gone through. */
export type LoginState =
  | {
      readonly at: "code"
      readonly session: string
      readonly phone: string
      readonly phoneCodeHash: string
      readonly help: string
      readonly tries: number
      readonly unsure?: true
    }
  | {
      readonly at: "password"
      readonly session: string
      readonly hint?: string
      readonly tries: number
      readonly unsure?: true
    }
  | {
      readonly at: "qr"
      readonly session: string
      readonly url: string
      readonly expiresAt: number
      readonly unsure?: true
    }

type State<At extends LoginState["at"]> = Extract<LoginState, { at: At }>
type Answer = Next<LoginState, TelegramSecret>
type LoginContext = Context<LoginState>

const secret = z.object({ session: z.string().min(1) })
const maxTries = 5
const qrPollMs = 2000

const phoneField: Field = {
  name: "phone",
  label: "Phone number",
  type: "tel",
  help: "The number of your Telegram account, with its country code.",
  placeholder: "+15550100001",
}
const phoneInput = z.object({
  phone: z
    .string()
    .trim()
    .regex(/^\+?[\d\s().-]{7,24}$/)
    .transform((typed) => `+${typed.replace(/\D/g, "")}`),
})

const phoneForm: Form = { id: "phone", title: "Connect Telegram", fields: [phoneField], schema: phoneInput }

/** By phone number and code, and by QR code; each asks for the two-step password where the account has one. */
export function loginMethods(
  transport: Transport,
): readonly [AuthMethod<TelegramSecret, LoginState>, AuthMethod<TelegramSecret, LoginState>] {
  const shared = {
    needsApp: true,
    slots: ["main"],
    secret,
    // A session stays until somebody ends it or it idles too long; there is nothing to renew.
    policy: lastingPolicy,
    async revoke(context: LoginContext, { session }: TelegramSecret) {
      await (await connect(transport, context)).logOut(session)
    },
  } as const

  const phone: AuthMethod<TelegramSecret, LoginState> = {
    ...shared,
    id: "phone",
    kind: "telegram_phone",
    label: "Phone number",
    fields: [phoneField],
    input: phoneInput,
    facts: { hostIsChosen: false, startsWith: "form" },
    async begin(context, input) {
      const typed = takeForm(phoneForm, input, {})
      if ("step" in typed) return typed
      const { phone = "" } = typed.values
      const client = await connect(transport, context)
      const { session, phoneCodeHash, via } = await client.sendCode(phone)
      return askCode({ at: "code", session, phoneCodeHash, phone, help: codeHelp[via], tries: 0 })
    },
    async advance(context, input) {
      const state = context.attempt?.state
      // The first form came back with a number that can be tried again: nothing was begun yet.
      if (!state) return phone.begin(context, input)
      const client = await connect(transport, context)
      if (state.at === "password") return takePassword(context, client, state, input)
      if (state.at !== "code") throw new HoldfastError("attempt_replayed")
      return takeCode(context, client, state, input)
    },
  }

  const qr: AuthMethod<TelegramSecret, LoginState> = {
    ...shared,
    id: "qr",
    kind: "telegram_qr",
    label: "QR code",
    fields: [],
    input: z.object({}),
    facts: { hostIsChosen: false, startsWith: "qr" },
    async begin(context) {
      const client = await connect(transport, context)
      const shown = await client.exportQr()
      return shown.is === "waiting" ? showQr(shown) : afterLogin(context, shown)
    },
    async advance(context, input) {
      const state = context.attempt?.state
      if (!state) return qr.begin(context, input)
      const client = await connect(transport, context)
      if (state.at === "password") return takePassword(context, client, state, input)
      if (state.at !== "qr") throw new HoldfastError("attempt_replayed")
      return pollQr(context, client, state)
    },
  }

  return [phone, qr]
}

async function takeCode(
  context: LoginContext,
  client: SessionClient,
  state: State<"code">,
  input: Input,
): Promise<Answer> {
  const done = state.unsure && (await alreadyIn(context, client, state.session))
  if (done) return done
  const code = (valuesOf(input).code ?? "").replace(/\D/g, "")
  if (code === "") return askCode(state, { code: "input_invalid", field: "code" })
  try {
    const { session, phone, phoneCodeHash } = state
    return afterLogin(context, await client.signIn(session, { phone, phoneCodeHash, code }))
  } catch (error) {
    return again(error, state, "code", askCode)
  }
}

async function takePassword(
  context: LoginContext,
  client: SessionClient,
  state: State<"password">,
  input: Input,
): Promise<Answer> {
  const done = state.unsure && (await alreadyIn(context, client, state.session))
  if (done) return done
  // A password is taken as it is: blanks at its ends are part of it.
  const { password = "" } = valuesOf(input)
  if (password === "") return askPassword(state, { code: "input_invalid", field: "password" })
  try {
    return afterLogin(context, await client.checkPassword(state.session, password))
  } catch (error) {
    return again(error, state, "password", askPassword)
  }
}

/** Polled: the code that is shown, a new one when it has expired, or what comes after it was scanned. */
async function pollQr(context: LoginContext, client: SessionClient, state: State<"qr">): Promise<Answer> {
  const done = state.unsure && (await alreadyIn(context, client, state.session))
  if (done) return done
  try {
    const found = await client.pollQr(state.session)
    return found.is === "waiting" ? showQr(found) : afterLogin(context, found)
  } catch (error) {
    if (!isPassing(error)) throw error
    return showQr({ ...state, unsure: true }, error.details.retryAfterMs)
  }
}

/** A lost answer may have been the login itself; the session knows. */
async function alreadyIn(context: LoginContext, client: SessionClient, session: string): Promise<Answer | undefined> {
  try {
    await client.me(session)
    return granted(context, session)
  } catch {
    return undefined
  }
}

function afterLogin(context: LoginContext, result: LoginResult): Answer {
  if (result.is === "signed_in") return granted(context, result.session)
  const { session, hint } = result
  return askPassword({ at: "password", session, tries: 0, ...(hint !== undefined && { hint }) })
}

function granted(context: LoginContext, session: string): Answer {
  const clock = lastingClock(context.clock.now())
  return { grant: { slots: { main: { secret: { session }, clock } }, evidence: {} } }
}

interface Wrong {
  readonly code: string
  readonly field?: string
  readonly retryAfterMs?: number
}

function askCode(state: State<"code">, error?: Wrong): Answer {
  const field: Field = { name: "code", label: "Code", type: "code", help: state.help }
  const title = "Enter the code from Telegram"
  return { state, step: { kind: "form", id: "code", title, fields: [field], ...(error && { error }) } }
}

function askPassword(state: State<"password">, error?: Wrong): Answer {
  const help =
    state.hint === undefined
      ? "Your two-step verification password."
      : `Your two-step verification password. Hint: ${state.hint}`
  const field: Field = { name: "password", label: "Password", type: "password", help }
  const title = "Enter your Telegram password"
  return { state, step: { kind: "form", id: "password", title, fields: [field], ...(error && { error }) } }
}

function showQr(
  { session, url, expiresAt, ...rest }: { session: string; url: string; expiresAt: number; unsure?: true },
  pollAfterMs = qrPollMs,
): Answer {
  return {
    state: { at: "qr", session, url, expiresAt, ...(rest.unsure && { unsure: true }) },
    step: { kind: "qr", data: url, expiresAt, pollAfterMs },
  }
}

/** The same form once more where another try can help, five times at most; everything else ends the attempt. */
function again<S extends State<"code"> | State<"password">>(
  error: unknown,
  state: S,
  field: string,
  ask: (state: S, error: Wrong) => Answer,
): Answer {
  const isWrong = isHoldfastError(error, "input_invalid") && error.details.fields?.includes(field) === true
  if (!isWrong && !isPassing(error)) throw error
  const tries = state.tries + (isWrong ? 1 : 0)
  if (tries >= maxTries) throw new HoldfastError("too_many_attempts", undefined, { details: { connector: "telegram" } })
  const { retryAfterMs } = error.details
  const next = { ...state, tries, ...(isHoldfastError(error, "provider_unavailable") && { unsure: true as const }) }
  return ask(next, { code: error.code, ...(isWrong && { field }), ...(retryAfterMs !== undefined && { retryAfterMs }) })
}

function isPassing(error: unknown): error is HoldfastError {
  return isHoldfastError(error, "rate_limited") || isHoldfastError(error, "provider_unavailable")
}

const codeHelp: Readonly<Record<SentCode["via"], string>> = {
  app: "Telegram sent it to you in a chat, on a device where you are logged in.",
  sms: "Telegram sent it to you by SMS.",
  call: "Telegram tells it to you in a phone call.",
  email: "Telegram sent it to your email address.",
  other: "Telegram sent it to you.",
}

function valuesOf(input: Input): Readonly<Record<string, string>> {
  return input.from === "start" || input.from === "form" ? input.values : {}
}
