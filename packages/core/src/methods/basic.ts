import { z } from "zod"
import type { AuthMethod, Next } from "../method.js"
import { once } from "../once.js"
import { inputEvidence } from "./evidence.js"
import { formSchema, requireFields, takeForm } from "./form-step.js"
import type { BasicOptions, BasicSecret } from "./key-options.js"
import { lastingClock, lastingPolicy } from "./lasting.js"

const secretSchema = once(() => z.object({ username: z.string().min(1), password: z.string() }))

/**
 * Connecting with a user name and a password, sent as `Authorization: Basic`. A password is taken letter by letter, blanks included,
 * unless `input` normalises it.
 * @see https://www.rfc-editor.org/rfc/rfc7617
 * @throws HoldfastError `config_invalid` where the form lacks `username` or `password`
 */
export function basic(options: BasicOptions): AuthMethod<BasicSecret, never> {
  const { fields } = options
  requireFields(fields, ["username", "password"])
  const id = options.id ?? "basic"
  const label = options.label ?? "Connect with a password"
  const schema = options.input ?? formSchema(fields)

  const conversation: AuthMethod<BasicSecret, never>["begin"] = async (
    { attempt, clock },
    input,
  ): Promise<Next<never, BasicSecret>> => {
    const typed = takeForm({ id, title: label, fields, schema }, input, attempt?.input ?? {})
    if ("step" in typed) return typed
    const { username = "", password = "" } = typed.values
    return {
      grant: {
        slots: { main: { secret: { username, password }, clock: lastingClock(clock.now()) } },
        evidence: { input: inputEvidence(typed.values, fields, ["password"]) },
      },
    }
  }

  return Object.freeze<AuthMethod<BasicSecret, never>>({
    id,
    kind: "basic",
    label,
    needsApp: false,
    slots: ["main"],
    secret: secretSchema(),
    fields,
    input: schema,
    policy: lastingPolicy,
    facts: { hostIsChosen: options.hostIsChosen ?? false, startsWith: "form" },
    begin: conversation,
    advance: conversation,
    authorize(_context, request, { username, password }) {
      request.headers.set("authorization", `Basic ${base64(`${username}:${password}`)}`)
      return request
    },
  })
}

// RFC 7617 section 2.1: UTF-8, which btoa alone refuses.
function base64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""))
}
