import {
  type AuthMethod,
  type Context,
  HoldfastError,
  type Input,
  isHoldfastError,
  type Next,
  type OAuth2State,
  type Outcome,
} from "@holdfast/core"
import { z } from "zod"
import { ask, bearerOfApp, fieldOf, type InstallationView, installationSchema, read, refused } from "./app-api.js"
import { type InstallationSecret, installationSecret, mint, refusalOf } from "./installation-token.js"
import { appUser, deletion } from "./oauth.js"

/** Sealed between steps. `oauth` is that of the person's own authorization, which proves what the browser says. */
export type InstallationState =
  | { readonly at: "installing" }
  | {
      readonly at: "proving"
      readonly installationId: string
      readonly isStored?: true
      readonly oauth: OAuth2State | undefined
    }
  | { readonly at: "requesting"; readonly oauth: OAuth2State | undefined }
  | { readonly at: "waiting"; readonly requested: readonly Requested[] }

type Requested = z.infer<typeof requestedSchema>
type Callback = Extract<Input, { from: "callback" }>
type InstallationContext = Context<InstallationState>
type Answer = Next<InstallationState, InstallationSecret>

const pollAfterMs = 60_000
const approvalMs = 14 * 86_400_000
const perPage = 100
const mostPages = 50

const listed = z.looseObject({ installations: z.array(installationSchema) })
const person = z.looseObject({ id: z.number() })
const requestedSchema = z.object({ id: z.number(), login: z.string() })
const requests = z.array(z.looseObject({ account: requestedSchema, requester: person }))

/**
 * Installing a GitHub App in an organisation or on a person's own account. The installation that comes back in the browser's query may be
 * anybody's, so the person authorizes the app as well, and their own token must list it; that token is given back at once. What is kept
 * is a token that the app's private key makes for an hour, again and again.
 *
 * A member who may only ask an owner gets a `wait` step of up to 14 days, which goes on when the owner has approved.
 * @see https://docs.github.com/en/apps/creating-github-apps/registering-a-github-app/about-the-setup-url
 */
export const appInstallation: AuthMethod<InstallationSecret, InstallationState> = {
  id: "app_installation",
  kind: "github_app",
  label: "Install the GitHub App",
  needsApp: true,
  slots: ["installation"],
  secret: installationSecret,
  fields: [],
  input: z.record(z.string(), z.string()),
  policy: {
    rotation: "none",
    reuse: {},
    reconsent: "keeps",
    // There is one installation for an account, whoever connected it.
    revokes: "grant",
    refreshInvalidatesAccessToken: false,
    accessTokenSeconds: 3_600,
    expectsRefreshToken: false,
  },
  facts: { hostIsChosen: false, startsWith: "redirect" },

  async begin(context) {
    const stored = installationSecret.safeParse(await context.stored?.("installation")).data
    if (!stored) return leaveToInstall(context)
    // GitHub's page says nothing to us where nothing is changed on it: what is installed needs no second installation.
    return await leaveToAuthorize(context, {
      at: "proving",
      installationId: stored.installationId,
      isStored: true,
      oauth: undefined,
    })
  },

  async advance(context, input) {
    const state = context.attempt?.state
    if (!state) throw new HoldfastError("state_mismatch", "GitHub answered before it was asked.")
    if (input.from === "poll") return await look(context, state)
    if (input.from !== "callback") throw new HoldfastError("input_invalid", "This conversation waits for the browser.")
    if (state.at === "proving") return await prove(context, state, input)
    if (state.at === "requesting") return await awaitApproval(context, state, input)
    return await installed(context, input)
  },

  async refresh(context, { installationId }): Promise<Outcome<InstallationSecret>> {
    try {
      return await mint(context, installationId)
    } catch (error) {
      if (isHoldfastError(error, "config_invalid"))
        return { is: "refused", by: "client", providerCode: "private_key_invalid" }
      return { is: "unknown" }
    }
  },

  // https://docs.github.com/en/rest/apps/apps#delete-an-installation-for-the-authenticated-app
  async revoke(context, { installationId }) {
    const { status, retryAfterMs } = await ask(
      context,
      await bearerOfApp(context),
      `/app/installations/${installationId}`,
      "DELETE",
    )
    if (status !== 204 && status !== 404) throw refused(status, retryAfterMs)
  },

  // The person's consent is answered as every other.
  readFailure(answer) {
    if (answer.moment === "connecting") return appUser.readFailure?.(answer)
    return answer.status === 201 ? undefined : refusalOf(answer.status)
  },

  accessToken: ({ accessToken }) => accessToken,
  authorize(_context, request, { accessToken }) {
    request.headers.set("authorization", `Bearer ${accessToken}`)
    return request
  },
}

/** @see https://docs.github.com/en/apps/sharing-github-apps/sharing-your-github-app */
function leaveToInstall({ app, attempt }: InstallationContext): Answer {
  fieldOf(app, "privateKey", "private key")
  const slug = encodeURIComponent(fieldOf(app, "slug", "name in its address"))
  const url = new URL(`https://github.com/apps/${slug}/installations/new`)
  url.searchParams.set("state", attempt?.stateParameter ?? "")
  return { step: { kind: "redirect", url: url.href, returns: "query" }, state: { at: "installing" } }
}

async function leaveToAuthorize(
  context: InstallationContext,
  state: Extract<InstallationState, { oauth: unknown }>,
): Promise<Answer> {
  const next = await appUser.begin(inOAuth(context, undefined), { from: "start", values: {} })
  if (!("step" in next)) throw new HoldfastError("response_invalid")
  return { step: next.step, state: { ...state, oauth: next.state } }
}

/** Back from the page of the installation, at the setup URL or, where the app asks for both at once, at the callback URL. */
async function installed(context: InstallationContext, { url }: Callback): Promise<Answer> {
  const { setup_action, installation_id = "", error } = Object.fromEntries(new URL(url).searchParams)
  if (error === "access_denied")
    throw new HoldfastError("access_denied", undefined, { details: { providerCode: error } })
  if (error !== undefined) throw new HoldfastError("provider_rejected")
  if (setup_action === "request") return await leaveToAuthorize(context, { at: "requesting", oauth: undefined })
  if (!/^\d{1,20}$/.test(installation_id))
    throw new HoldfastError("response_invalid", "GitHub's answer names no installation.")
  return await leaveToAuthorize(context, { at: "proving", installationId: installation_id, oauth: undefined })
}

/** Whether the installation is one that this person can see, by their own token. */
async function prove(
  context: InstallationContext,
  { oauth, installationId, isStored }: Extract<InstallationState, { at: "proving" }>,
  input: Callback,
): Promise<Answer> {
  const found = await asPerson(context, oauth, input, async (token) => {
    const installation = await installationOf(context, token, installationId)
    if (installation?.account.type !== "User") return installation
    // Others see it too, where they work on a repository of that account.
    const { id } = await read(context, token, "/user", person)
    return id === installation.account.id ? installation : undefined
  })
  if (!found && isStored) return leaveToInstall(context)
  if (!found) throw new HoldfastError("state_mismatch", "The installation that came back is not one of this person.")
  const came = await mint(context, installationId)
  if (came.is === "renewed") {
    const { id, account } = found
    return { grant: { slots: { installation: came }, evidence: { token: { installation: { id, account } } } } }
  }
  if (came.is === "refused" && came.by === "client") throw refused(401)
  if (came.is === "later")
    throw new HoldfastError(
      "forbidden",
      "GitHub gives no token for this installation: it is suspended, or a limit is reached.",
    )
  throw new HoldfastError("provider_unavailable")
}

/** Which organisations this person asked to install the app in. @see https://docs.github.com/en/rest/apps/apps#list-installation-requests-for-the-authenticated-app */
async function awaitApproval(
  context: InstallationContext,
  { oauth }: Extract<InstallationState, { at: "requesting" }>,
  input: Callback,
): Promise<Answer> {
  const { id } = await asPerson(context, oauth, input, (token) => read(context, token, "/user", person))
  const jwt = await bearerOfApp(context)
  const all = await pages((page) =>
    read(context, jwt, `/app/installation-requests?per_page=${perPage}&page=${page}`, requests),
  )
  const requested = all
    .filter(({ requester }) => requester.id === id)
    .map(({ account }) => requestedSchema.parse(account))
  if (requested.length === 0) {
    throw new HoldfastError(
      "provider_rejected",
      "GitHub knows no request of this person that waits for an owner. Connect again.",
    )
  }
  return { ...waiting(requested), expiresAt: context.clock.now() + approvalMs }
}

function waiting(requested: readonly Requested[]) {
  const message = `An owner of ${requested.map(({ login }) => login).join(" or ")} must approve the installation on GitHub.`
  return { step: { kind: "wait", message, pollAfterMs }, state: { at: "waiting", requested } } as const
}

/** Has an owner approved? Then the person comes once more, since only their own token proves the installation theirs. */
async function look(context: InstallationContext, state: InstallationState): Promise<Answer> {
  if (state.at !== "waiting") throw new HoldfastError("input_invalid", "This conversation waits for the browser.")
  try {
    const jwt = await bearerOfApp(context)
    for (const { id, login } of state.requested) {
      const { status, body } = await ask(context, jwt, `/orgs/${encodeURIComponent(login)}/installation`)
      const found = status === 200 ? installationSchema.safeParse(body).data : undefined
      if (found?.account.id === id)
        return await leaveToAuthorize(context, { at: "proving", installationId: String(found.id), oauth: undefined })
    }
  } catch (error) {
    // One look that failed must not end what may take days.
    context.log.warn("could not look whether the installation was approved", {
      code: isHoldfastError(error) ? error.code : "unexpected",
    })
  }
  return waiting(state.requested)
}

/** Does something with the person's token, and gives that token back. */
async function asPerson<Found>(
  context: InstallationContext,
  oauth: OAuth2State | undefined,
  input: Callback,
  work: (token: string) => Promise<Found>,
): Promise<Found> {
  const next = await appUser.advance(inOAuth(context, oauth), input)
  const token = "grant" in next ? next.grant.slots?.main?.secret.accessToken : undefined
  if (token === undefined) throw new HoldfastError("response_invalid")
  try {
    return await work(token)
  } finally {
    // It ends by itself within hours, should this fail.
    await context.fetch(deletion(context.app, "token", token)).then(
      (response) => response.body?.cancel(),
      () => {},
    )
  }
}

/** @see https://docs.github.com/en/rest/apps/installations#list-app-installations-accessible-to-the-user-access-token */
async function installationOf(
  context: InstallationContext,
  token: string,
  id: string,
): Promise<InstallationView | undefined> {
  const all = await pages(
    async (page) =>
      (await read(context, token, `/user/installations?per_page=${perPage}&page=${page}`, listed)).installations,
  )
  return all.find((installation) => String(installation.id) === id)
}

async function pages<Item>(readPage: (page: number) => Promise<readonly Item[]>): Promise<readonly Item[]> {
  const all: Item[] = []
  for (let page = 1; page <= mostPages; page++) {
    const items = await readPage(page)
    all.push(...items)
    if (items.length < perPage) break
  }
  return all
}

function inOAuth(context: InstallationContext, state: OAuth2State | undefined): Context<OAuth2State> {
  const { attempt, ...rest } = context
  return { ...rest, ...(attempt && { attempt: { ...attempt, state, scopes: undefined } }) }
}
