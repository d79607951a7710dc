import { type AttemptView, type Connector, type Field, HoldfastError } from "@holdfast/core"
import { z } from "zod"
import { begin, cookieFor } from "../../begin.js"
import type { Exchange } from "../../exchange.js"
import type { Route } from "../../router.js"
import { knownVisitor } from "../../routes/attempts.js"
import { connectedBody } from "./accounts.js"

/** Connecting on the page itself: by phone number, code and password, or by a QR code. `sessionId` is the attempt. */
export const signInRoutes: readonly Route[] = [
  { method: "POST", path: "/{connector}/connect/phone", answer: beginByPhone },
  { method: "POST", path: "/{connector}/connect/verify-code", answer: verifyCode },
  { method: "POST", path: "/{connector}/connect/verify-2fa", answer: verifyPassword },
  { method: "POST", path: "/{connector}/connect/qr", answer: beginByQr },
  { method: "GET", path: "/{connector}/connect/qr/check", acts: true, answer: checkQr },
]

const session = z.string().min(1).max(200)
const typed = z.string().min(1).max(1_000)

async function beginByPhone(exchange: Exchange): Promise<Response> {
  const { phoneNumber } = await exchange.fields(z.object({ phoneNumber: typed }))
  const method = methodBy(exchange, ({ fields }) => fields.some(({ type }) => type === "tel"))
  const field = method.fields.find(({ type }) => type === "tel")?.name ?? ""
  return start(exchange, method.id, { [field]: phoneNumber })
}

async function beginByQr(exchange: Exchange): Promise<Response> {
  return start(exchange, methodBy(exchange, ({ facts }) => facts.startsWith === "qr").id, {})
}

async function verifyCode(exchange: Exchange): Promise<Response> {
  const { sessionId, code } = await exchange.fields(z.object({ sessionId: session, code: typed }))
  return answerForm(exchange, sessionId, "code", code)
}

async function verifyPassword(exchange: Exchange): Promise<Response> {
  const { sessionId, password } = await exchange.fields(z.object({ sessionId: session, password: typed }))
  return answerForm(exchange, sessionId, "password", password)
}

async function checkQr(exchange: Exchange): Promise<Response> {
  const { sessionId } = exchange.query(z.object({ sessionId: session }))
  const { attempts } = exchange.holdfast
  const visitor = await knownVisitor(exchange)
  const before = await attempts.view(sessionId, visitor)
  return tell(exchange, before.step.kind === "form" ? before : await attempts.poll(sessionId, visitor))
}

async function start(exchange: Exchange, method: string, values: Record<string, string>): Promise<Response> {
  const { id } = connectorOf(exchange)
  const { attempt, browser } = await begin(exchange, { connector: id, method, values })
  const { step } = attempt
  if (step.kind === "form" && step.error) throw formError(step.error)
  const shown = step.kind === "qr" ? { qrUrl: step.data } : {}
  return Response.json({ success: true, sessionId: attempt.id, ...shown }, { headers: cookieFor(exchange, browser) })
}

/** Fills the one field of a kind that the conversation asks for. */
async function answerForm(exchange: Exchange, id: string, type: Field["type"], value: string): Promise<Response> {
  const { attempts } = exchange.holdfast
  const visitor = await knownVisitor(exchange)
  const { step, status } = await attempts.view(id, visitor)
  const field = step.kind === "form" ? step.fields.find((one) => one.type === type) : undefined
  if (status === "pending" && !field)
    throw new HoldfastError("input_invalid", `This attempt does not ask for a ${type}.`)
  return tell(exchange, await attempts.submit(id, visitor, field ? { [field.name]: value } : {}))
}

/** How it stands, as the page reads it. @throws HoldfastError for a wrong answer, and for an attempt that failed */
async function tell(exchange: Exchange, view: AttemptView): Promise<Response> {
  if (view.status === "connected" || view.status === "failed")
    return Response.json(await connectedBody(exchange, await exchange.owner(), view))
  const { step } = view
  if (step.kind === "form" && step.error) throw formError(step.error)
  const passwordNeeded = step.kind === "form" && step.fields.some(({ type }) => type === "password")
  return Response.json({ success: false, passwordNeeded, ...(step.kind === "qr" && { qrUrl: step.data }) })
}

function formError({
  code,
  field,
  retryAfterMs,
}: {
  code: string
  field?: string
  retryAfterMs?: number
}): HoldfastError {
  return new HoldfastError(code as ConstructorParameters<typeof HoldfastError>[0], undefined, {
    details: { ...(field !== undefined && { fields: [field] }), ...(retryAfterMs !== undefined && { retryAfterMs }) },
  })
}

function methodBy(exchange: Exchange, fits: (method: Connector["methods"][number]) => boolean) {
  const connector = connectorOf(exchange)
  const method = connector.methods.find(fits)
  if (method) return method
  throw new HoldfastError("input_invalid", `${connector.name} is not connected in this way.`)
}

function connectorOf({ holdfast, param }: Exchange): Connector {
  return holdfast.connectorOf(param("connector"))
}
