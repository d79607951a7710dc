import {
  type AuthorizationServer,
  createEmulator,
  type Delivery,
  type DeliverySignature,
  deliver,
  type Emulator,
  type EmulatorClock,
  type EmulatorKit,
} from "@holdfast/emulator"
import { defaultUsers, type ZoomMeeting, type ZoomUser } from "./emulator/account.js"
import { zoomApi } from "./emulator/api.js"
import { type ServerToServerApp, zoomAuthorization } from "./emulator/authorization.js"
import { deauthorized, objectEvent, urlValidation, zoomSignature } from "./emulator/events.js"

export { defaultUsers, type ZoomMeeting, type ZoomUser } from "./emulator/account.js"
export type { ServerToServerApp } from "./emulator/authorization.js"
export { zoomSignature } from "./emulator/events.js"
export { appScopes } from "./emulator/scopes.js"

/** The registration of a general app (OAuth) that the stand-in knows unless told otherwise. */
export const emulatorApp = {
  clientId: "EmulatedZoomClient_01",
  clientSecret: "emulated-zoom-client-secret",
  secretToken: "emulated-zoom-secret-token",
}

/** The server-to-server apps that the stand-in knows: one of each account. */
export const emulatorServerToServer = {
  first: {
    accountId: "a-First-00000001",
    clientId: "EmulatedZoomServer_01",
    clientSecret: "emulated-zoom-server-secret-1",
  },
  second: {
    accountId: "a-Second-0000002",
    clientId: "EmulatedZoomServer_02",
    clientSecret: "emulated-zoom-server-secret-2",
  },
} as const satisfies Record<string, ServerToServerApp>

/** What a test or a demo may choose. Every field has a default. */
export interface ZoomEmulatorOptions {
  /** Default: {@link emulatorApp}. */
  app?: Partial<typeof emulatorApp>
  /** Default: {@link emulatorServerToServer}. */
  serverToServer?: readonly ServerToServerApp[]
  /** Compared exactly. Default: one address at `https://app.example.com`. */
  redirectUris?: readonly string[]
  /** Scopes on the app's page, granular or classic. Default: {@link appScopes}. */
  scopes?: readonly string[]
  /** Default: {@link defaultUsers}. */
  users?: readonly ZoomUser[]
  /** Default: a virtual clock. */
  clock?: EmulatorClock
}

/** What tests hold in their hands. Read it again after `reset()`. */
export interface ZoomProvider {
  readonly oauth: AuthorizationServer<ZoomUser>
  /** Signs deliveries with the app's secret token. */
  readonly signature: DeliverySignature
  readonly meetings: readonly ZoomMeeting[]
  /** An event about something of a person's, `meeting.created` and the like. @throws TypeError for somebody unknown */
  event(event: string, userId: string, object: object): Delivery
  urlValidation(plainToken: string): Delivery
  /** A person removes the app: what they granted ends. Answers the delivery that tells of it. */
  deauthorize(userId: string): Delivery
  /** A server-to-server app is switched off: its tokens end, and its credentials are good for nothing. */
  deactivate(clientId: string): void
}

export type ZoomEmulator = Emulator<ZoomProvider>

/**
 * A strict stand-in for Zoom, written from its documentation: user OAuth with single-use refresh tokens that end the access token before them,
 * server-to-server OAuth, meetings, and signed events.
 * @see https://developers.zoom.us/docs/
 */
export function createZoomEmulator(options: ZoomEmulatorOptions = {}): ZoomEmulator {
  const app = { ...emulatorApp, ...options.app }
  const users = options.users ?? defaultUsers
  return createEmulator<ZoomProvider>({
    name: "zoom",
    origins: ["https://zoom.us", "https://api.zoom.us"],
    ...(options.clock && { clock: options.clock }),
    setup(kit) {
      const oauth = zoomAuthorization(kit, {
        app: { clientId: app.clientId, clientSecret: app.clientSecret },
        serverToServer: options.serverToServer ?? Object.values(emulatorServerToServer),
        redirectUris: options.redirectUris ?? ["https://app.example.com/api/integrations/oauth/callback/zoom"],
        users,
        scopes: options.scopes,
      })
      const meetings: ZoomMeeting[] = []
      zoomApi(kit, oauth, { users, meetings })
      const provider = describe(kit, { app, oauth, users, meetings })
      addActions(kit, provider)
      return provider
    },
  })
}

function describe(
  kit: EmulatorKit,
  parts: {
    app: typeof emulatorApp
    oauth: AuthorizationServer<ZoomUser>
    users: readonly ZoomUser[]
    meetings: readonly ZoomMeeting[]
  },
): ZoomProvider {
  const { app, oauth, users, meetings } = parts
  const userOf = (id: string) => {
    const found = users.find((user) => user.id === id)
    if (!found) throw new TypeError(`"${id}" is no user of the emulator`)
    return found
  }
  return {
    oauth,
    meetings,
    signature: zoomSignature(app.secretToken),
    event: (event, userId, object) => objectEvent(event, userOf(userId), object, kit.clock.now()),
    urlValidation: (plainToken) => urlValidation(plainToken, kit.clock.now()),
    deauthorize(userId) {
      oauth.revokeAccount(userId, app.clientId)
      return deauthorized(userOf(userId), app.clientId, kit.clock.now())
    },
    deactivate(clientId) {
      oauth.registerClient({ clientId, clientSecret: kit.random.id("switched-off-"), redirectUris: [] })
      for (const grant of oauth.grants()) if (grant.clientId === clientId) oauth.revokeGrant(grant.id)
    },
  }
}

/** For the demo and for tests in another process. */
function addActions(kit: EmulatorKit, provider: ZoomProvider): void {
  kit.action("deliver_event", async (input) => {
    const { url, event, userId, object } = input as { url: string; event: string; userId: string; object: object }
    const signing = { signature: provider.signature, clock: kit.clock }
    return (await deliver(provider.event(event, userId, object), { url }, signing)).status
  })
  kit.action("meetings", () => provider.meetings)
  kit.action("deauthorize", (input) => provider.deauthorize((input as { userId: string }).userId))
}
