import {
  type AuthorizationServer,
  createEmulator,
  type Delivery,
  type DeliverySignature,
  deliver,
  type Emulator,
  type EmulatorClock,
} from "@holdfast/emulator"
import { notFound, shownInstallation, shownRepository, shownUser } from "./emulator/answers.js"
import { emulatorPrivateKey } from "./emulator/app-key.js"
import { appsApi } from "./emulator/apps-api.js"
import { type GithubApp, githubAuthorization } from "./emulator/authorization.js"
import { callersOf } from "./emulator/callers.js"
import { eventDelivery, githubSignature } from "./emulator/events.js"
import { type Installing, installing } from "./emulator/installing.js"
import { repositoriesApi } from "./emulator/repositories-api.js"
import {
  createWorld,
  defaultUsers,
  type GithubInstallation,
  type GithubUser,
  type GithubWorld,
} from "./emulator/world.js"

export { githubSignature } from "./emulator/events.js"
export type { Installed, Installing } from "./emulator/installing.js"
export {
  defaultOrganization,
  defaultUsers,
  type GithubComment,
  type GithubDispatch,
  type GithubInstallation,
  type GithubInstallationRequest,
  type GithubIssue,
  type GithubOrganization,
  type GithubRepository,
  type GithubUser,
  type GithubWorld,
} from "./emulator/world.js"

/** The GitHub App that the stand-in knows unless told otherwise. */
export const emulatorApp = {
  clientId: "Iv23liEmulatedGithubApp",
  clientSecret: "emulated-github-app-client-secret",
  slug: "emulated-app",
  privateKey: emulatorPrivateKey,
  webhookSecret: "emulated-github-webhook-secret",
}

/** The OAuth App that it knows beside it. */
export const emulatorOAuthApp = { clientId: "Ov23liEmulatedOAuthApp", clientSecret: "emulated-oauth-app-client-secret" }

/** What a test or a demo may choose. Every field has a default. */
export interface GithubEmulatorOptions {
  /** The GitHub App. Default: {@link emulatorApp}. */
  app?: Partial<typeof emulatorApp>
  /** Of both apps, compared exactly; the first one is the GitHub App's setup URL too. Default: one address at `https://app.example.com`. */
  redirectUris?: readonly string[]
  /** Whether the GitHub App's user tokens end after eight hours. Default: true. */
  expiringTokens?: boolean
  /** Whether the GitHub App asks for the person's authorization together with the installation. Default: false. */
  authorizesOnInstall?: boolean
  /** What the GitHub App may do. Default: what the operations need. */
  permissions?: GithubInstallation["permissions"]
  /** Default: a virtual clock. */
  clock?: EmulatorClock
}

/** What tests hold in their hands. Read it again after `reset()`. */
export interface GithubProvider extends Installing {
  readonly oauth: AuthorizationServer<GithubUser>
  readonly world: GithubWorld
  /** Signs deliveries with the app's webhook secret. */
  readonly signature: DeliverySignature
  /** A delivery about an installation, with an id of its own. */
  event(event: string, installation: GithubInstallation, fields: object, options?: { asForm?: boolean }): Delivery
  /** A person takes back the app's authorization in their settings. */
  revokeAuthorization(user: GithubUser): Delivery
}

export type GithubEmulator = Emulator<GithubProvider>

const everything = {
  metadata: "read",
  contents: "read",
  issues: "write",
  pull_requests: "write",
  actions: "write",
} as const

/**
 * A strict stand-in for GitHub, written from its documentation: an OAuth App with scopes, a GitHub App with user tokens of eight hours and
 * installations whose tokens its private key makes, requests to owners, and signed deliveries.
 * @see https://docs.github.com/en/rest
 */
export function createGithubEmulator(options: GithubEmulatorOptions = {}): GithubEmulator {
  const githubApp: GithubApp & typeof emulatorApp = { ...emulatorApp, ...options.app }
  const redirectUris = options.redirectUris ?? ["https://app.example.com/api/integrations/oauth/callback/github"]
  return createEmulator<GithubProvider>({
    name: "github",
    origins: ["https://github.com", "https://api.github.com"],
    ...(options.clock && { clock: options.clock }),
    setup(kit) {
      const world = createWorld()
      const oauth = githubAuthorization(kit, {
        githubApp,
        oauthApp: emulatorOAuthApp,
        redirectUris,
        users: defaultUsers,
        expiringTokens: options.expiringTokens ?? true,
      })
      const callers = callersOf(kit, { world, oauth, githubApp })
      appsApi(kit, { world, callers, githubApp })
      repositoriesApi(world, callers)
      const page = installing(kit, world, {
        githubApp,
        permissions: options.permissions ?? everything,
        setupUrl: redirectUris[0] ?? "",
        authorizes: options.authorizesOnInstall ?? false,
      })
      kit.notFound(notFound)

      const deliveryOf = (event: string, payload: object, asForm = false) =>
        eventDelivery(event, payload, { deliveryId: kit.random.id("delivery-", 12), asForm })
      const provider: GithubProvider = {
        ...page,
        oauth,
        world,
        signature: githubSignature(githubApp.webhookSecret),
        event(event, installation, fields, { asForm } = {}) {
          const repository = world.repositories.find(({ owner }) => owner === installation.account.login)
          const isOfInstallation = event.startsWith("installation")
          const about = isOfInstallation
            ? { installation: shownInstallation(installation, githubApp.clientId) }
            : {
                installation: { id: installation.id },
                ...(repository && { repository: shownRepository(world, repository) }),
              }
          return deliveryOf(
            event,
            { ...fields, ...about, sender: shownUser(defaultUsers[0] ?? { id: 0, login: "" }) },
            asForm,
          )
        },
        revokeAuthorization(user) {
          oauth.revokeAccount(String(user.id), githubApp.clientId)
          return deliveryOf("github_app_authorization", { action: "revoked", sender: shownUser(user) })
        },
      }
      kit.action("deliver_event", async (input) => {
        const { url, account, event, fields } = input as { url: string; account: string; event: string; fields: object }
        const installation = world.installations.find((one) => one.account.login === account)
        if (!installation) throw new TypeError(`the app is not installed on "${account}"`)
        const signing = { signature: provider.signature, clock: kit.clock }
        return (await deliver(provider.event(event, installation, fields), { url }, signing)).status
      })
      kit.action("approve_request", (input) => provider.approve((input as { organization: string }).organization).id)
      kit.action("repositories", () => world.repositories)
      return provider
    },
  })
}
