import type { EmulatorKit } from "@holdfast/emulator"

/** A login at a bank. */
export interface PlaidUser {
  readonly id: string
  readonly label: string
  readonly institutionId: string
  readonly institutionName: string
}

export interface PlaidItem {
  readonly id: string
  readonly user: PlaidUser
  readonly accessToken: string
  webhook: string | null
  /** What is wrong with it. */
  error: string | null
  removed: boolean
}

/** One use of a link token, as `/link/token/get` tells of it. */
export interface LinkSession {
  readonly id: string
  readonly startedAt: number
  finishedAt?: number
  publicToken?: string
  exited?: true
}

export interface LinkToken {
  readonly value: string
  readonly url: string
  readonly completionRedirectUri: string | undefined
  readonly expiresAt: number
  /** Update mode. */
  readonly item: PlaidItem | undefined
  readonly sessions: LinkSession[]
}

export type Items = ReturnType<typeof createItems>

// Of a page that the app itself shows: https://plaid.com/docs/link/hosted-link/#creating-a-link-token
const linkLifeMs = 30 * 60_000
// https://plaid.com/docs/api/link/#linktokenget
const sessionLifeMs = 6 * 3_600_000
const publicTokenLifeMs = 30 * 60_000

export function createItems(kit: EmulatorKit, users: readonly PlaidUser[], newItems: "always" | "per_login") {
  const items: PlaidItem[] = []
  const links: LinkToken[] = []
  const publicTokens = new Map<string, { user: PlaidUser; expiresAt: number; item?: PlaidItem }>()
  const { clock, random } = kit

  return {
    users,
    all: (): readonly PlaidItem[] => items,
    byToken: (token: unknown) => items.find(({ accessToken, removed }) => accessToken === token && !removed),
    /** Still told of for six hours after somebody went through it. */
    link: (value: unknown) =>
      links.find(({ value: known, expiresAt, sessions }) => {
        const ends = [expiresAt, ...sessions.map(({ finishedAt = 0 }) => finishedAt + sessionLifeMs)]
        return known === value && Math.max(...ends) > clock.now()
      }),
    linkByUrl: (url: string) => links.find((link) => link.url === url && link.expiresAt > clock.now()),

    createLink(completionRedirectUri: string | undefined, item: PlaidItem | undefined): LinkToken {
      const link = {
        value: `link-sandbox-${random.id("", 32)}`,
        url: `https://secure.plaid.com/link/${random.id("", 24)}`,
        completionRedirectUri,
        expiresAt: clock.now() + linkLifeMs,
        item,
        sessions: [],
      }
      links.push(link)
      return link
    },

    /** The person is through with Link: with a login, or without one. */
    finish(link: LinkToken, user: PlaidUser | undefined): void {
      const now = clock.now()
      const session: LinkSession = { id: random.id("", 20), startedAt: now, finishedAt: now }
      if (!user) session.exited = true
      else if (link.item) link.item.error = null
      else {
        session.publicToken = `public-sandbox-${random.id("", 32)}`
        publicTokens.set(session.publicToken, { user, expiresAt: now + publicTokenLifeMs })
      }
      link.sessions.push(session)
    },

    /** Once, within half an hour. @see https://plaid.com/docs/api/items/#itempublic_tokenexchange */
    exchange(publicToken: unknown): PlaidItem | undefined {
      const found = typeof publicToken === "string" ? publicTokens.get(publicToken) : undefined
      if (!found || found.expiresAt <= clock.now()) return undefined
      publicTokens.delete(publicToken as string)
      const known = items.find(({ user, removed }) => user.id === found.user.id && !removed)
      if (known && newItems === "per_login") return known
      const item: PlaidItem = {
        id: random.id("", 37),
        user: found.user,
        accessToken: `access-sandbox-${random.id("", 36)}`,
        webhook: null,
        error: null,
        removed: false,
      }
      items.push(item)
      return item
    },

    /** The bank wants the person again. @see https://plaid.com/docs/api/sandbox/#sandboxitemreset_login */
    resetLogin(): void {
      for (const item of items) item.error = "ITEM_LOGIN_REQUIRED"
    },

    /** The person took the permission back at Plaid's portal. @see https://plaid.com/docs/errors/invalid-input/#user_permission_revoked */
    revokePermission(): void {
      for (const item of items) item.error = "USER_PERMISSION_REVOKED"
    },
  }
}
