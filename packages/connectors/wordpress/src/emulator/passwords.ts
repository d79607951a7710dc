import type { EmulatorKit } from "@holdfast/emulator"
import type { Site, WordpressUser } from "./site.js"

/** An application password, without itself. */
export interface ApplicationPassword {
  readonly uuid: string
  readonly userId: number
  readonly appId: string
  readonly name: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number
}

/** Who asks, or why not. No user: nobody is logged in. */
export type Visitor =
  | { readonly user: WordpressUser | undefined; readonly uuid?: string }
  | { readonly refused: { readonly code: string; readonly message: string } }

export interface Passwords {
  /** Answers the password as people are shown it: six groups of four. */
  create(user: WordpressUser, app: { readonly name: string; readonly appId?: string }): string
  of(user: WordpressUser): readonly ApplicationPassword[]
  remove(user: WordpressUser, uuid: string): ApplicationPassword | undefined
  removeAll(): void
  visitor(request: Request): Visitor
}

interface Kept extends ApplicationPassword {
  readonly password: string
}

/**
 * Application passwords: 24 letters and digits, blanks ignored, sent by Basic with the login or the e-mail address.
 * @see https://make.wordpress.org/core/2020/11/05/application-passwords-integration-guide/
 */
export function passwords(kit: EmulatorKit, site: Site): Passwords {
  let kept: Kept[] = []
  return {
    create({ id }, { name, appId = "" }) {
      const password = kit.random.string(24)
      kept.push({ uuid: kit.random.uuid(), userId: id, appId, name, createdAt: kit.clock.now(), password })
      return password.replaceAll(/(.{4})(?=.)/g, "$1 ")
    },
    of: ({ id }) => kept.filter(({ userId }) => userId === id).map(withoutPassword),
    remove({ id }, uuid) {
      const found = kept.find((one) => one.userId === id && one.uuid === uuid)
      kept = kept.filter((one) => one !== found)
      if (found) kit.countRevocation()
      return found && withoutPassword(found)
    },
    removeAll() {
      kept = []
    },
    visitor(request) {
      const sent = basicOf(request)
      // Where the feature is off the header is not looked at.
      if (!sent || !site.hasApplicationPasswords) return { user: undefined }
      const isEmail = sent.username.includes("@")
      const user = site.users.find(({ login, email }) => (isEmail ? email : login) === sent.username)
      if (!user) {
        return isEmail
          ? refused("invalid_email", "Unknown email address. Check again or try your username.")
          : refused("invalid_username", "Unknown username. Check again or try your email address.")
      }
      const password = sent.password.replaceAll(/[^A-Za-z\d]/g, "")
      const found = kept.find((one) => one.userId === user.id && one.password === password)
      if (!found) return refused("incorrect_password", "The provided password is an invalid application password.")
      return { user, uuid: found.uuid }
    },
  }
}

function refused(code: string, message: string): Visitor {
  return { refused: { code, message } }
}

function withoutPassword({ password: _password, ...rest }: Kept): ApplicationPassword {
  return rest
}

function basicOf(request: Request): { username: string; password: string } | undefined {
  const encoded = /^basic +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1]
  if (encoded === undefined) return undefined
  try {
    const text = new TextDecoder().decode(Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0)))
    const at = text.indexOf(":")
    return at < 0 ? undefined : { username: text.slice(0, at), password: text.slice(at + 1) }
  } catch {
    return undefined
  }
}
