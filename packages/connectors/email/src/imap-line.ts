import type { Guard } from "@holdfast/core"
import { ImapFlow } from "imapflow"
import type { MailCredential } from "./credential.js"
import { toMailError } from "./errors.js"
import { reach } from "./reach.js"

export interface LineOptions {
  readonly guard: Guard
  readonly credential: MailCredential
  /** Certificates in PEM that are trusted beside none other. Default: those that Node trusts. */
  readonly ca: readonly string[] | undefined
  readonly timeoutMs: number
}

/** One IMAP connection, dialled when it is needed first. */
export interface ImapLine {
  /** @throws HoldfastError or CredentialRefused, whatever goes wrong */
  use<T>(run: (client: ImapFlow) => Promise<T>): Promise<T>
  close(): Promise<void>
}

export function imapLine(options: LineOptions): ImapLine {
  let line: Promise<ImapFlow> | undefined
  return {
    async use(run) {
      try {
        line ??= dial(options)
        return await run(await line)
      } catch (cause) {
        throw toMailError("imap", cause)
      }
    },
    async close() {
      const client = await line?.catch(() => undefined)
      // A server that does not answer the farewell is left all the same.
      await client?.logout().catch(() => client.close())
    },
  }
}

async function dial({ guard, credential, ca, timeoutMs }: LineOptions): Promise<ImapFlow> {
  const { imap, username } = credential
  const { address, servername } = await reach(guard, imap)
  const client = new ImapFlow({
    host: address,
    port: imap.port,
    ...(servername !== undefined && { servername }),
    ...(imap.security === "tls" ? { secure: true } : { secure: false, doSTARTTLS: true }),
    ...(ca && { tls: { ca: [...ca] } }),
    auth:
      "password" in credential
        ? { user: username, pass: credential.password }
        : { user: username, accessToken: credential.accessToken },
    // It would print addresses and subjects.
    logger: false,
    disableAutoIdle: true,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  })
  // What breaks under way rejects the command that waits; an error that nobody waits for must not end the process.
  client.on("error", () => undefined)
  try {
    await client.connect()
    return client
  } catch (cause) {
    client.close()
    throw cause
  }
}
