import {
  type AuthMethod,
  type Context,
  type Field,
  type Form,
  formStep,
  fromBase64url,
  HoldfastError,
  type Input,
  isHoldfastError,
  lastingClock,
  lastingPolicy,
  type Next,
  takeForm,
} from "@holdfast/core"
import { z } from "zod"
import { discover, isSameSite, type Place, restUrl, type SiteTrouble, siteTroubles, trouble } from "./site.js"

/** A password and the site that it is for: it goes nowhere else, whatever the account says. */
export interface WordpressSecret {
  readonly username: string
  /** Without blanks. */
  readonly password: string
  readonly restRoot: string
}

const secret = z.object({ username: z.string().min(1), password: z.string().min(1), restRoot: z.url() })

const siteField: Field = {
  name: "site",
  label: "Site URL",
  type: "text",
  placeholder: "https://yoursite.com",
  help: "A self-hosted WordPress. Sites at WordPress.com connect by OAuth instead.",
}
const text = z.string().trim().min(1).max(2_048)

const common = {
  kind: "basic",
  needsApp: false,
  slots: ["main"],
  secret,
  async authorize(_context: Context, request: Request, held: WordpressSecret): Promise<Request> {
    if (new URL(request.url).origin !== new URL(held.restRoot).origin) {
      throw new HoldfastError("host_forbidden", "This password is for another site.")
    }
    return authorized(request, held)
  },
} as const

const typedFields: readonly Field[] = [
  siteField,
  { name: "username", label: "Username", type: "text", help: "Your WordPress user name or e-mail address." },
  {
    name: "password",
    label: "Application password",
    type: "password",
    placeholder: "xxxx xxxx xxxx xxxx xxxx xxxx",
    help: "Users, Profile, Application Passwords. With or without the blanks.",
  },
]
// No letter of an application password is a blank: https://make.wordpress.org/core/2020/11/05/application-passwords-integration-guide/
const unspaced = z
  .string()
  .transform((password) => password.replaceAll(/\s/g, ""))
  .pipe(z.string().min(1).max(256))
const typedInput = z.object({ site: text, username: text, password: unspaced })

/** Site, user and an application password that the person made. */
export const applicationPassword: AuthMethod<WordpressSecret, never> = Object.freeze({
  ...common,
  id: "application_password",
  label: "Connect with an application password",
  fields: typedFields,
  input: typedInput,
  policy: { ...lastingPolicy, madeByHand: true },
  facts: { hostIsChosen: true, startsWith: "form" } as const,
  begin: connectTyped,
  advance: connectTyped,
  revoke: removePassword,
})

async function connectTyped(context: Context<never>, input: Input): Promise<Next<never, WordpressSecret>> {
  const form = { id: "application_password", title: "Connect WordPress", fields: typedFields, schema: typedInput }
  const typed = takeForm(form, input, knownOf(context))
  if ("step" in typed) return typed
  const { site, username, password } = typed.values
  const place = await discovered(context, site ?? "", form)
  if ("step" in place) return place
  return granted(context, place, username ?? "", password ?? "")
}

interface AuthorizeState {
  readonly site: string
  readonly restRoot: string
  readonly siteUrl?: string
}

/** The site's own page makes the password: nothing is typed but the site. */
export function authorizeApplication(appName: string | undefined): AuthMethod<WordpressSecret, AuthorizeState> {
  const inputSchema = z.object({ site: text })
  const form = { id: "authorize_application", title: "Connect WordPress", fields: [siteField], schema: inputSchema }

  async function begin(context: Context<AuthorizeState>, input: Input): Promise<Next<AuthorizeState, WordpressSecret>> {
    const typed = takeForm(form, input, knownOf(context))
    if ("step" in typed) return typed
    const found = await discovered(context, typed.values.site ?? "", form)
    if ("step" in found) return found
    const leaving = await authorizationUrl(context, found, appName)
    if (typeof leaving === "string") return { step: formAgain(form, leaving) }
    const { site, restRoot, siteUrl } = found
    return {
      step: { kind: "redirect", url: leaving.href, returns: "query" },
      state: { site, restRoot, ...(siteUrl !== undefined && { siteUrl }) },
    }
  }

  return Object.freeze({
    ...common,
    id: "authorize_application",
    label: "Connect with WordPress",
    fields: form.fields,
    input: inputSchema,
    // Each consent makes a password; the one before would live on at the site.
    policy: { ...lastingPolicy, revokesReplaced: true },
    facts: { hostIsChosen: true, startsWith: "redirect" } as const,
    begin,
    async advance(context: Context<AuthorizeState>, input: Input) {
      if (input.from === "poll") throw new HoldfastError("input_invalid", "This conversation waits for the browser.")
      return input.from === "callback" ? comeBack(context, input.url) : begin(context, input)
    },
    revoke: removePassword,
  })
}

/** @see https://developer.wordpress.org/advanced-administration/security/application-passwords/ */
async function authorizationUrl(
  context: Context,
  { restRoot, authorization }: Place,
  appName: string | undefined,
): Promise<URL | SiteTrouble> {
  const { attempt } = context
  if (!attempt) throw new HoldfastError("unexpected", "A conversation needs an attempt.")
  if (authorization === undefined || !URL.canParse(authorization)) return "application_passwords_off"
  const url = new URL(authorization)
  // The page that asks for the password must be the site's own.
  if (url.origin !== new URL(restRoot).origin) return "other_address"
  const app = new URL(attempt.redirectUri)
  url.searchParams.set("app_name", appName ?? app.host)
  url.searchParams.set("app_id", await appIdOf(context, app.origin))
  // WordPress sends no state back, so it travels inside the addresses.
  url.searchParams.set("success_url", attempt.callbackUrl)
  const reject = new URL(attempt.callbackUrl)
  reject.searchParams.set("success", "false")
  url.searchParams.set("reject_url", reject.href)
  return url
}

function comeBack(context: Context<AuthorizeState>, address: string): Next<AuthorizeState, WordpressSecret> {
  const { searchParams } = new URL(address)
  const state = context.attempt?.state
  if (!state) throw new HoldfastError("state_mismatch", "The site answered before it was asked.")
  if (searchParams.get("error") === "disabled") throw trouble("application_passwords_off")
  if (searchParams.get("success") === "false") throw new HoldfastError("access_denied")
  const came = searchParams.get("site_url") ?? ""
  // Quirk 33: a password for another site must not be stored as this one's.
  if (!isSameSite(came, state.siteUrl ?? state.site)) {
    const details = { connector: "wordpress", reason: "other_site" }
    throw new HoldfastError("state_mismatch", "The password that came is for another site.", { details })
  }
  // The page's script sends it in groups of four.
  const password = (searchParams.get("password") ?? "").replaceAll(/\s/g, "")
  const username = searchParams.get("user_login") ?? ""
  if (password === "" || username === "") {
    throw new HoldfastError("response_invalid", "The site sent neither a password nor a refusal.")
  }
  return granted(context, state, username, password)
}

function granted(
  { clock }: Pick<Context, "clock">,
  { site, restRoot }: Pick<Place, "site" | "restRoot">,
  username: string,
  password: string,
): Next<never, WordpressSecret> {
  const held = { username, password, restRoot }
  return {
    grant: {
      slots: { main: { secret: held, clock: lastingClock(clock.now()) } },
      evidence: { input: { site, restRoot, username } },
    },
  }
}

function knownOf({ account, attempt }: Pick<Context, "account" | "attempt">): Readonly<Record<string, string>> {
  return { ...account?.data, ...attempt?.input }
}

type FormStep = ReturnType<typeof formStep>

/** The site, or the form again with what is wrong with it, in words. */
async function discovered(context: Context, site: string, form: Form): Promise<Place | { readonly step: FormStep }> {
  try {
    return await discover(context, site)
  } catch (error) {
    const reason = isHoldfastError(error, "input_invalid") ? error.details.reason : undefined
    if (reason === undefined || !Object.hasOwn(siteTroubles, reason)) throw error
    return { step: formAgain(form, reason as SiteTrouble) }
  }
}

function formAgain(form: Form, reason: SiteTrouble): FormStep {
  const fields = form.fields.map((field) => (field.name === "site" ? { ...field, help: siteTroubles[reason] } : field))
  return formStep({ ...form, fields }, "input_invalid", "site")
}

/**
 * Takes the password away that is in use.
 * @see https://developer.wordpress.org/rest-api/reference/application-passwords/
 */
async function removePassword(context: Context, held: WordpressSecret): Promise<void> {
  const ask = async (method: "GET" | "DELETE", name: string) => {
    const address = restUrl(held.restRoot, `/wp/v2/users/me/application-passwords/${name}`)
    const request = new Request(address, { method, headers: { accept: "application/json" } })
    const response = await context.fetch(authorized(request, held), { hostIsChosen: true })
    const body = answer.safeParse(await response.json().catch(() => undefined)).data
    return { status: response.status, ...body }
  }
  const isGone = ({ status, code }: { status: number; code?: string | undefined }) =>
    status === 401 || code === "rest_application_password_not_found"
  const known = await ask("GET", "introspect")
  if (isGone(known)) return
  if (known.code === "rest_no_authenticated_app_password") {
    context.log.warn("what was typed is no application password, so there is none to take away")
    return
  }
  if (known.status !== 200 || known.uuid === undefined) throw notRemoved(known.status)
  const removed = await ask("DELETE", known.uuid)
  if (removed.status !== 200 && !isGone(removed)) throw notRemoved(removed.status)
}

const answer = z.object({ uuid: z.uuid().optional(), code: z.string().optional() })

function notRemoved(providerStatus: number): HoldfastError {
  const code = providerStatus >= 500 || providerStatus === 429 ? "provider_unavailable" : "provider_rejected"
  return new HoldfastError(code, "The site did not remove the application password.", { details: { providerStatus } })
}

function authorized(request: Request, { username, password }: WordpressSecret): Request {
  const bytes = new TextEncoder().encode(`${username}:${password}`)
  const encoded = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))
  request.headers.set("authorization", `Basic ${encoded}`)
  return request
}

/** One app, one id: by it a site's people recognise the passwords that are ours. A UUID of the app's own making (RFC 9562 section 5.8). */
async function appIdOf(context: Pick<Context, "digest">, origin: string): Promise<string> {
  const bytes = fromBase64url(await context.digest(`wordpress ${origin}`))
  const hex = Array.from(bytes.slice(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("")
  const variant = "89ab".charAt(Number.parseInt(hex.charAt(16), 16) % 4)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`
}
