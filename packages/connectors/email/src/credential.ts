import { HoldfastError } from "@holdfast/core"
import { z } from "zod"
import { type Mailbox, type OAuthProvider, providerServers } from "./oauth.js"
import { passwordSecret } from "./password.js"
import type { MailServers } from "./servers.js"

/** What a server is shown. */
export type MailCredential = MailServers & { readonly username: string } & (
    | { readonly password: string }
    | { readonly accessToken: string }
  )

const tokenSecret = z.object({ accessToken: z.string().min(1) })
const provider = z.enum(["google", "microsoft"] satisfies readonly OAuthProvider[])

/** The credential of a connection, or of one that is being made by `mailbox`. */
export function credentialOf(
  secret: unknown,
  known: Pick<Mailbox, "address" | "provider"> | undefined,
  servers: Readonly<Record<OAuthProvider, MailServers>> = providerServers,
): MailCredential {
  const typed = passwordSecret.safeParse(secret).data
  if (typed) return typed
  const { accessToken } = tokenSecret.safeParse(secret).data ?? {}
  if (accessToken === undefined || known === undefined)
    throw new HoldfastError("credential_unreadable", "The stored credential of this mailbox has another shape.")
  const { imap, smtp } = servers[known.provider]
  return { imap, smtp, username: known.address, accessToken }
}

/** The mailbox that an account's data tells of; undefined where it is opened by a password. */
export function knownMailbox(
  data: Readonly<Record<string, string>> | undefined,
): Pick<Mailbox, "address" | "provider"> | undefined {
  const found = provider.safeParse(data?.provider)
  return found.success ? { address: data?.address ?? "", provider: found.data } : undefined
}
