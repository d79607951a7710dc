import {
  type AuthorizationServer,
  createEmulator,
  type Delivery,
  type DeliverySignature,
  deliver,
  type EmulatedAccount,
  type Emulator,
  type EmulatorClock,
  type EmulatorKit,
} from "@holdfast/emulator"
import {
  type EventAudience,
  eventCallback,
  type SlackEvent,
  slackSignature,
  urlVerification,
} from "./emulator/events.js"
import { type Installations, type Installer, installations } from "./emulator/installation.js"
import { messagesIn, webApiMethods } from "./emulator/methods.js"
import { webApi } from "./emulator/web-api.js"
import {
  createWorkspace,
  defaultWorkspaces,
  type SlackMessage,
  type SlackWorkspace,
  type SlackWorkspaceSeed,
} from "./emulator/workspace.js"

export type { EventAudience, SlackEvent } from "./emulator/events.js"
export { slackSignature } from "./emulator/events.js"
export type { Installer } from "./emulator/installation.js"
export {
  defaultWorkspaces,
  type SlackChannel,
  type SlackMessage,
  type SlackUser,
  type SlackWorkspace,
  type SlackWorkspaceSeed,
} from "./emulator/workspace.js"

/** The registration that the stand-in knows unless told otherwise. */
export const emulatorApp = {
  clientId: "1000000000001.2000000000002",
  clientSecret: "emulated-slack-client-secret",
  signingSecret: "emulated-slack-signing-secret",
}

/** What a test or a demo may choose. Every field has a default. */
export interface SlackEmulatorOptions {
  /** Default: {@link emulatorApp}. */
  app?: Partial<typeof emulatorApp>
  /** Compared exactly. Default: one address at `https://app.example.com`. */
  redirectUris?: readonly string[]
  /** Whether the app has opted into token rotation: 12-hour tokens with single-use refresh tokens. Default true. */
  tokenRotation?: boolean
  /** Whether installs into workspaces of an Enterprise organisation are for all of it. Default false. */
  enterpriseInstalls?: boolean
  /** Default: {@link defaultWorkspaces}. */
  workspaces?: readonly SlackWorkspaceSeed[]
  /** Default: a virtual clock. */
  clock?: EmulatorClock
}

/** What tests hold in their hands. Read it again after `reset()`. */
export interface SlackProvider {
  readonly oauth: AuthorizationServer<Installer>
  /** Signs deliveries with the app's signing secret. */
  readonly signature: DeliverySignature
  /** @throws TypeError for a workspace that was not seeded */
  workspace(id: string): SlackWorkspace
  messages(workspaceId: string, channel: string): readonly SlackMessage[]
  /** An event in its envelope, with an id of its own. */
  event(workspaceId: string, event: SlackEvent, audience?: EventAudience): Delivery
  urlVerification(challenge: string): Delivery
  /** A person removes the app from a workspace: all its tokens end. Answers the deliveries that tell of it. */
  uninstall(workspaceId: string): readonly Delivery[]
}

export type SlackEmulator = Emulator<SlackProvider>

/**
 * A strict stand-in for Slack, written from its documentation: OAuth v2 with bot and user tokens, token rotation on or off, errors with
 * HTTP 200, scopes for each method, and events in signed envelopes.
 * @see https://docs.slack.dev/
 */
export function createSlackEmulator(options: SlackEmulatorOptions = {}): SlackEmulator {
  const app = { ...emulatorApp, ...options.app, appId: "A0000000001" }
  return createEmulator<SlackProvider>({
    name: "slack",
    origins: ["https://slack.com"],
    ...(options.clock && { clock: options.clock }),
    setup(kit) {
      const nowSeconds = () => Math.floor(kit.clock.now() / 1000)
      const workspaces = (options.workspaces ?? defaultWorkspaces).map((seed) => createWorkspace(seed, nowSeconds()))
      const installs = installations(kit, {
        ...app,
        redirectUris: options.redirectUris ?? ["https://app.example.com/api/integrations/oauth/callback/slack"],
        tokenRotation: options.tokenRotation ?? true,
        accounts: workspaces.flatMap((workspace) => installers(workspace, options.enterpriseInstalls ?? false)),
      })
      webApi(kit, installs, webApiMethods(installs))
      const provider = describe(kit, { app, installs, workspaces })
      addActions(kit, provider)
      return provider
    },
  })
}

function describe(
  kit: EmulatorKit,
  {
    app,
    installs,
    workspaces,
  }: {
    app: { readonly appId: string; readonly signingSecret: string }
    installs: Installations
    workspaces: readonly SlackWorkspace[]
  },
): SlackProvider {
  const workspaceOf = (id: string) => {
    const found = workspaces.find((workspace) => workspace.id === id)
    if (!found) throw new TypeError(`"${id}" is no workspace of the emulator`)
    return found
  }
  const event: SlackProvider["event"] = (workspaceId, inner, audience) =>
    eventCallback(
      app,
      workspaceOf(workspaceId),
      inner,
      { eventId: kit.random.id("Ev", 10), atSeconds: Math.floor(kit.clock.now() / 1000) },
      audience,
    )
  return {
    oauth: installs.oauth,
    signature: slackSignature(app.signingSecret),
    workspace: workspaceOf,
    messages: (workspaceId, channel) => messagesIn(workspaceOf(workspaceId), channel),
    event,
    urlVerification,
    uninstall(workspaceId) {
      const { bot } = workspaceOf(workspaceId)
      const ended = installs.oauth
        .grants()
        .filter(({ account, revokedAt }) => account.data.workspace.id === workspaceId && revokedAt === undefined)
      for (const grant of ended) installs.oauth.revokeGrant(grant.id)
      const people = ended.filter(({ slots }) => slots.includes("user")).map(({ account }) => account.data.userId)
      const bots = ended.some(({ slots }) => slots.includes("bot")) ? [bot.userId] : []
      return [
        event(workspaceId, { type: "tokens_revoked", tokens: { oauth: people, bot: bots } }),
        event(workspaceId, { type: "app_uninstalled" }),
      ]
    },
  }
}

function installers(workspace: SlackWorkspace, enterpriseInstalls: boolean): readonly EmulatedAccount<Installer>[] {
  return workspace.users
    .filter((user) => !user.isBot && !user.deleted)
    .map(({ id, name }) => ({
      id,
      label: `${name} (${workspace.name})`,
      data: {
        workspace,
        userId: id,
        isEnterpriseInstall: enterpriseInstalls && workspace.enterprise !== undefined,
      },
    }))
}

/** For the demo and for tests in another process. */
function addActions(kit: EmulatorKit, provider: SlackProvider): void {
  kit.action("deliver_event", async (input) => {
    const { url, workspaceId, event } = input as { url: string; workspaceId: string; event: SlackEvent }
    const options = { signature: provider.signature, clock: kit.clock }
    return (await deliver(provider.event(workspaceId, event), { url }, options)).status
  })
  kit.action("messages", (input) => {
    const { workspaceId, channel } = input as { workspaceId: string; channel: string }
    return provider.messages(workspaceId, channel)
  })
  kit.action("uninstall", (input) => provider.uninstall((input as { workspaceId: string }).workspaceId))
}
