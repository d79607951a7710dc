import {
  type AuthorizationServer,
  authorizationServer,
  createEmulator,
  type Emulator,
  type EmulatorClock,
  type EmulatorKit,
  json,
} from "@holdfast/emulator"
import { notionApi, refusal, versionRefusal } from "./emulator/api.js"
import { defaultUsers, type NotionPage, type NotionUser, seededWorld, uuid } from "./emulator/workspace.js"

export { defaultUsers, type NotionPage, type NotionUser, seededIds } from "./emulator/workspace.js"

/** The registration of a public integration that the stand-in knows unless told otherwise. */
export const emulatorApp = {
  clientId: "0e5f0000-0000-4000-8000-00000000c11e",
  clientSecret: "secret_emulatedNotionClientSecret",
}

/** What a test or a demo may choose. Every field has a default. */
export interface NotionEmulatorOptions {
  /** Default: {@link emulatorApp}. */
  app?: Partial<typeof emulatorApp>
  /** Compared exactly. Default: one address at `https://app.example.com`. */
  redirectUris?: readonly string[]
  /** Default: {@link defaultUsers}. */
  users?: readonly NotionUser[]
  /** Whether the integration is given refresh tokens. Default: true. */
  refreshTokens?: boolean
  /** How long access tokens work, which no answer says. Default: "never". */
  accessTokenSeconds?: number | "never"
  /** The page that was made from the integration's template. Default: none. */
  duplicatedTemplateId?: string
  /** Default: a virtual clock. */
  clock?: EmulatorClock
}

/** What tests hold in their hands. Read it again after `reset()`. */
export interface NotionProvider {
  readonly oauth: AuthorizationServer<NotionUser>
  readonly pages: readonly NotionPage[]
}

export type NotionEmulator = Emulator<NotionProvider>

/**
 * A strict stand-in for Notion, written from its documentation: token calls with Basic authentication and a JSON body, refresh tokens that are
 * replaced by each refresh or none at all, the version header on every call, and pages that exist only where they were shared.
 * @see https://developers.notion.com/reference/intro
 */
export function createNotionEmulator(options: NotionEmulatorOptions = {}): NotionEmulator {
  return createEmulator<NotionProvider>({
    name: "notion",
    origins: ["https://api.notion.com"],
    ...(options.clock && { clock: options.clock }),
    setup(kit) {
      const world = seededWorld(options.users ?? defaultUsers)
      const oauth = notionAuthorization(kit, options)
      notionApi(kit, oauth, world)
      kit.notFound(() => refusal(400, "invalid_request_url", "Invalid request URL."))
      kit.action("pages", () => world.pages)
      return { oauth, pages: world.pages }
    },
  })
}

/** @see https://developers.notion.com/guides/get-started/authorization */
function notionAuthorization(kit: EmulatorKit, options: NotionEmulatorOptions): AuthorizationServer<NotionUser> {
  const { refreshTokens = true, accessTokenSeconds = "never", duplicatedTemplateId } = options
  return authorizationServer<NotionUser>(kit, {
    authorizationEndpoint: "https://api.notion.com/v1/oauth/authorize",
    tokenEndpoint: "https://api.notion.com/v1/oauth/token",
    revocation: {
      endpoint: "https://api.notion.com/v1/oauth/revoke",
      revokes: "grant",
      response: () => json({ request_id: uuid(0xee) }),
    },
    clients: [
      {
        ...emulatorApp,
        ...options.app,
        redirectUris: options.redirectUris ?? ["https://app.example.com/api/integrations/oauth/callback/notion"],
        name: "The integration",
      },
    ],
    accounts: (options.users ?? defaultUsers).map((user) => ({
      id: user.id,
      label: `${user.name} (${user.workspaceName})`,
      data: user,
    })),
    clientAuthentication: "basic",
    tokenRequestFormat: "json",
    pkce: "none",
    accessTokenSeconds,
    refreshToken: refreshTokens ? { rotation: "single-use", reuse: "revokes-family" } : "none",
    tokenValue: ({ kind, random }) => (kind === "code" ? random : `${kind === "access" ? "ntn" : "nrt"}_${random}`),
    checkAuthorize: ({ parameters }) =>
      parameters.owner === "user" ? undefined : { error: "invalid_request", description: "owner must be user" },
    checkToken({ call }) {
      const wrong = versionRefusal(call.request)
      return wrong && { error: wrong.code, description: wrong.message }
    },
    tokenResponse({ main, account: { data } }) {
      return json({
        access_token: main.accessToken,
        token_type: "bearer",
        refresh_token: main.refreshToken ?? null,
        bot_id: data.botId,
        workspace_icon: null,
        workspace_name: data.workspaceName,
        workspace_id: data.workspaceId,
        owner: {
          type: "user",
          user: { object: "user", id: data.id, type: "person", name: data.name, person: { email: data.email } },
        },
        duplicated_template_id: duplicatedTemplateId ?? null,
        request_id: uuid(0xee),
      })
    },
    errorResponse: ({ error, description, status }) => refusal(status, error, description),
  })
}
