import type { ZodType } from "zod"
import type { Context } from "../context.js"
import { HoldfastError } from "../errors.js"
import type { AuthMethod, Evidence, Grant, Next } from "../method.js"
import type { Field, Input } from "../step.js"
import { abandonGrant } from "./abandon-grant.js"
import { attemptOf, formSchema, formStep, takeForm } from "./form-step.js"
import { permitEndpoint } from "./placeholders.js"
import { isRecord, readAnswer } from "./provider-answer.js"

/** One of the places that a grant reaches. */
export interface ChoiceOption {
  readonly value: string
  readonly label: string
}

/** What a connector asks for the options with: the credential that was granted just now is on every request. */
export interface ChoiceSource {
  /** JSON of the provider's API. Answers of 300 and above, and what `output` does not accept, are errors. */
  get<Out = unknown>(
    url: string,
    options?: { readonly output?: ZodType<Out>; readonly headers?: Readonly<Record<string, string>> },
  ): Promise<Out>
  /** Any other request, and whatever came of it. */
  fetch(request: Request): Promise<Response>
  readonly context: Context
}

/**
 * A choice that a person makes after consent: a site, a tenant, an organisation. One option is taken without asking, and so is one that is
 * known already: named at the start, or the account's own when it is connected again.
 */
export interface Choice {
  /** Id of the form. */
  readonly id: string
  readonly title: string
  /** Its one field. The value that is chosen is `evidence.input[name]`. */
  readonly field: Pick<Field, "name" | "label" | "help">
  options(source: ChoiceSource, evidence: Evidence): Promise<readonly ChoiceOption[]>
  /** What a person without any option must do, in a sentence. Default: that the account has none. */
  readonly none?: string
}

/** What was granted, kept until the choice is made. */
export interface ChoiceState<Secret = unknown> {
  readonly choice?: { readonly grant: Grant<Secret>; readonly options: readonly ChoiceOption[] }
}

const lifetimeMs = 10 * 60_000

/**
 * A method that, once it has its grant, asks the person for one of several places. The grant waits in the sealed state of the attempt.
 * @throws HoldfastError `resource_not_found` with `details.reason` `nothing_to_choose` where the grant reaches no place
 */
export function withChoice<Secret, State extends ChoiceState<Secret>>(
  method: AuthMethod<Secret, State>,
  choice: Choice,
): AuthMethod<Secret, State> {
  async function after(context: Context<State>, next: Next<State, Secret>): Promise<Next<State, Secret>> {
    if (!("grant" in next) || !next.grant.slots) return next
    try {
      return await ask(method, choice, context, next.grant)
    } catch (error) {
      // It waits nowhere yet: nobody else could end it.
      await abandonGrant(method, context, next.grant)
      throw error
    }
  }

  return Object.freeze<AuthMethod<Secret, State>>({
    ...method,
    held: (state) => state?.choice?.grant as Grant<Secret> | undefined,
    begin: async (context, input) => after(context, await method.begin(context, input)),
    async advance(context, input) {
      const pending = context.attempt?.state?.choice
      if (!pending) return after(context, await method.advance(context, input))
      return take(choice, pending, input)
    },
  })
}

async function ask<Secret, State extends ChoiceState<Secret>>(
  method: AuthMethod<Secret, State>,
  choice: Choice,
  context: Context<State>,
  grant: Grant<Secret>,
): Promise<Next<State, Secret>> {
  const attempt = attemptOf(context)
  const options = await choice.options(sourceOf(method, context, grant), grant.evidence)
  const known = { ...context.account?.data, ...attempt.input }[choice.field.name]
  const [only] = options
  if (!only) {
    const message = choice.none ?? `The account has nothing to choose for “${choice.field.label}”.`
    throw new HoldfastError("resource_not_found", message, { details: { reason: "nothing_to_choose" } })
  }
  const chosen = options.find(({ value }) => value === known) ?? (options.length === 1 ? only : undefined)
  if (chosen) return { grant: chosenGrant(choice, grant, chosen.value) }
  return {
    step: formStep(formOf(choice, options)),
    // What the conversation knew before is spent.
    state: { ...attempt.state, choice: { grant, options } } as State,
    // The person has the whole time again, however long consent took.
    expiresAt: context.clock.now() + lifetimeMs,
  }
}

function take<Secret, State extends ChoiceState<Secret>>(
  choice: Choice,
  { grant, options }: NonNullable<ChoiceState<Secret>["choice"]>,
  input: Input,
): Next<State, Secret> {
  if (input.from !== "form") return { step: formStep(formOf(choice, options)) }
  const typed = takeForm(formOf(choice, options), input, {})
  if ("step" in typed) return typed
  return { grant: chosenGrant(choice, grant, typed.values[choice.field.name] ?? "") }
}

function formOf({ id, title, field }: Choice, options: readonly ChoiceOption[]) {
  const fields: readonly Field[] = [{ ...field, type: "select", options }]
  return { id, title, fields, schema: formSchema(fields) }
}

function chosenGrant<Secret>({ field }: Choice, grant: Grant<Secret>, value: string): Grant<Secret> {
  const { evidence } = grant
  return { ...grant, evidence: { ...evidence, input: { ...evidence.input, [field.name]: value } } }
}

function sourceOf<Secret, State>(
  method: AuthMethod<Secret, State>,
  context: Context<State>,
  grant: Grant<Secret>,
): ChoiceSource {
  const { hostIsChosen } = method.facts
  const slot = method.slots.find((name) => grant.slots?.[name] !== undefined) ?? "main"
  const granted = grant.slots?.[slot]

  async function send(request: Request): Promise<Response> {
    if (!granted || !method.authorize)
      throw new HoldfastError("config_invalid", "Nothing was granted that goes on HTTP requests.")
    const { origin } = new URL(request.url)
    const authorized = await method.authorize({ ...context, slot }, request, granted.secret)
    const url = new URL(authorized.url)
    if (url.origin !== origin)
      throw new HoldfastError("host_forbidden", "Authorizing a request moved it to another host.")
    await permitEndpoint(context, url, hostIsChosen)
    return await context.fetch(authorized, { hostIsChosen })
  }

  return {
    context,
    fetch: send,
    async get<Out>(url: string, { output, headers }: NonNullable<Parameters<ChoiceSource["get"]>[1]> = {}) {
      const request = new Request(url, { headers: { accept: "application/json", ...headers } })
      const { status, body } = await readAnswer(await send(request)).catch(unread)
      if (status >= 300) {
        const code = status >= 500 ? "provider_unavailable" : status === 429 ? "rate_limited" : "provider_rejected"
        throw new HoldfastError(code, "The provider did not say what there is to choose from.", {
          details: { providerStatus: status },
        })
      }
      const parsed = output?.safeParse(body)
      if (parsed?.success) return parsed.data as Out
      if (!parsed && (isRecord(body) || Array.isArray(body))) return body as Out
      throw new HoldfastError(
        "response_invalid",
        "The provider said in a way of its own what there is to choose from.",
        {
          details: { providerStatus: status },
        },
      )
    },
  }
}

function unread(error: unknown): never {
  if (error instanceof HoldfastError) throw error
  throw new HoldfastError("provider_unavailable", "The provider's answer broke off.")
}
