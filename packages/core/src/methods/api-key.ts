import { z } from "zod"
import type { AuthMethod, Next } from "../method.js"
import { once } from "../once.js"
import { inputEvidence } from "./evidence.js"
import { formSchema, requireFields, takeForm } from "./form-step.js"
import type { ApiKeyOptions, ApiKeySecret } from "./key-options.js"
import { lastingClock, lastingPolicy } from "./lasting.js"

const secretSchema = once(() =>
  z.object({
    key: z.string().min(1),
    extra: z.record(z.string(), z.string()).exactOptional(),
  }),
)

/**
 * Connecting with a key that a person pastes. Blanks around what is pasted are cut off unless `input` says otherwise; core has the
 * connector try the key at the provider before it is stored.
 * @throws HoldfastError `config_invalid` where the form lacks the field `key`
 */
export function apiKey(options: ApiKeyOptions): AuthMethod<ApiKeySecret, never> {
  const { fields } = options
  requireFields(fields, ["key"])
  const id = options.id ?? "api_key"
  const label = options.label ?? "Connect with API Key"
  const schema = options.input ?? formSchema(fields, { trimsPasswords: true })
  const extraNames = fields.filter(({ name, type }) => type === "password" && name !== "key").map(({ name }) => name)

  const conversation: AuthMethod<ApiKeySecret, never>["begin"] = async (
    { attempt, clock, fingerprint },
    input,
  ): Promise<Next<never, ApiKeySecret>> => {
    const typed = takeForm({ id, title: label, fields, schema }, input, attempt?.input ?? {})
    if ("step" in typed) return typed
    const { key = "" } = typed.values
    const extra = Object.entries(typed.values).filter(([name]) => extraNames.includes(name))
    const kept = { key, ...(extra.length > 0 && { extra: Object.fromEntries(extra) }) }
    return {
      grant: {
        slots: { main: { secret: kept, clock: lastingClock(clock.now()) } },
        evidence: {
          input: inputEvidence(typed.values, fields, ["key"]),
          fingerprint: await fingerprint(key),
        },
      },
    }
  }

  return Object.freeze<AuthMethod<ApiKeySecret, never>>({
    id,
    kind: "api_key",
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
    accessToken: ({ key }) => key,
    authorize(context, request, kept) {
      if (options.authorize) options.authorize(request, kept, context)
      else request.headers.set("authorization", `Bearer ${kept.key}`)
      return request
    },
  })
}
