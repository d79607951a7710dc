import {
  type Connector,
  type Diagnosis,
  diagnoseAnswer,
  type ErrorMeaning,
  type ProviderSaid,
  parsedJson,
} from "@holdfast/core"
import { describe, expect, it } from "vitest"
import { type ErrorCase, withUnheardOf } from "./error-corpus.js"

const snake = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/
const short = /^[\w.:/-]{1,64}$/
// One sentence or two, closed, with nothing left to fill in.
const sentence = /^[A-Z“][^\n{}]{10,300}[.!?”]$/
const deaths: readonly ErrorMeaning[] = ["reauth_required", "grant_ended"]

/**
 * Registers the tests of a connector's errors: answers as its provider's documentation shows them, each with what is made of it. Call it in
 * a test file:
 *
 * ```ts
 * errorCorpusSuite(acme(), [
 *   { from: "https://acme.example/docs/errors", moment: "calling", status: 403, body: { error: "scope_required" },
 *     code: "scope_missing", cause: "permission_missing", actor: "end_user" },
 * ])
 * ```
 *
 * Beside the cases: codes nobody has heard of end no connection, and each of the connector's own `causes` is met by a case.
 */
export function errorCorpusSuite(connector: Connector, corpus: readonly ErrorCase[]): void {
  describe(`errors of ${connector.id}`, () => {
    it.each(corpus.map((said) => [titleOf(said), said] as const))("%s", (_title, said) => {
      const diagnosis = diagnosed(connector, said)
      const { code, cause, actor } = said
      expect({ code: diagnosis.code, cause: diagnosis.cause, actor: diagnosis.actor }).toEqual({ code, cause, actor })
      expectWords(connector, diagnosis)
      expect(said.from).toMatch(/^https:\/\//)
      expect(diagnosis.providerStatus).toBe(said.status)
      expectShortCode(connector, said, diagnosis)
    })

    it("end no connection by guess, where a code is one that nobody has heard of", () => {
      for (const said of corpus) {
        const { providerCode } = diagnosed(connector, said)
        const changed = providerCode === undefined ? undefined : withUnheardOf(said, providerCode)
        if (!changed) continue
        const diagnosis = diagnoseAnswer(connector, saidOf(connector, changed.case))
        // Where the code was not what it was judged by, nothing unheard of was read.
        if (diagnosis?.providerCode === changed.code) expect(deaths, titleOf(said)).not.toContain(diagnosis.code)
      }
      for (const said of unheardOf(connector)) {
        const diagnosis = diagnoseAnswer(connector, said)
        expect(diagnosis, `${said.moment} ${said.status}`).toBeDefined()
        expect(deaths, `${said.moment} ${said.status}`).not.toContain(diagnosis?.code)
      }
    })

    it("meet each cause that the connector knows, and say it in words", () => {
      const met = corpus.map((said) => diagnosed(connector, said))
      for (const { cause, codes, text, advice, link } of connector.causes ?? []) {
        expect(cause).toMatch(snake)
        expectWords(connector, { text, advice, ...(link !== undefined && { link }) })
        const isMet = met.some((diagnosis) => diagnosis.cause === cause && codes.includes(diagnosis.providerCode ?? ""))
        expect(isMet, `a case with a code of ${cause}`).toBe(true)
      }
    })
  })
}

function titleOf({ moment, method, status, providerCode, cause, body }: ErrorCase): string {
  const told = providerCode ?? (typeof body === "string" ? body : JSON.stringify(body ?? "")).slice(0, 60)
  return `${moment}${method === undefined ? "" : ` (${method})`}: ${status} ${told} is ${cause}`
}

function saidOf({ api }: Connector, { providerCode, ...said }: ErrorCase): ProviderSaid {
  return { ...said, ...(!api && providerCode !== undefined && { providerCode }) }
}

function diagnosed(connector: Connector, said: ErrorCase): Diagnosis {
  const diagnosis = diagnoseAnswer(connector, saidOf(connector, said))
  if (!diagnosis) throw new Error(`${connector.id} takes it for a success: ${titleOf(said)}`)
  return diagnosis
}

function expectWords({ name }: Connector, { text, advice, link }: Pick<Diagnosis, "text" | "advice" | "link">): void {
  // Some names are written small: monday.com.
  for (const words of [text, advice]) expect(words.startsWith(name) ? `The ${words}` : words).toMatch(sentence)
  if (link !== undefined) expect(link).toMatch(/^https:\/\//)
}

/** A short code is kept, and nothing else: what is longer may hold anything. */
function expectShortCode({ api, errors }: Connector, said: ErrorCase, { providerCode }: Diagnosis): void {
  if (said.providerCode !== undefined) expect(providerCode).toBe(said.providerCode)
  if (providerCode !== undefined) expect(providerCode).toMatch(short)
  if (said.moment === "calling" && api) {
    const read = errors.read?.({ status: said.status, headers: new Headers(said.headers), body: jsonOf(said.body) })
    expect(providerCode).toBe(read !== undefined && short.test(read) ? read : undefined)
  }
}

function jsonOf(body: unknown): unknown {
  return typeof body === "string" ? (parsedJson(body) ?? body) : body
}

/** Answers that no provider is known to give. */
function unheardOf({ methods }: Connector): ProviderSaid[] {
  const body = { error: "never_heard_of" }
  const tokenMoments = methods.flatMap(({ id, readFailure, refresh }) => {
    const connecting = readFailure ? [{ moment: "connecting", method: id, status: 400, body } as const] : []
    const refreshing = readFailure && refresh ? [{ moment: "refreshing", method: id, status: 400, body } as const] : []
    return [...connecting, ...refreshing]
  })
  return [...tokenMoments, { moment: "calling", status: 400, body }, { moment: "calling", status: 418, body: "?" }]
}
