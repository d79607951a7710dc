import type { Connection, Guard } from "@holdfast/core"
import { type ConnectorWorld, connectorWorld } from "@holdfast/testing"
import {
  createEmailEmulator,
  type EmailEmulator,
  emulatedMailboxes,
  type Listening,
  listenEmail,
  type MailWorld,
  optionsFor,
  valuesFor,
} from "./emulator.js"
import { type EmailConnector, type EmailOptions, email } from "./index.js"

export const [first, second] = emulatedMailboxes

interface MailWorldUnderTest extends ConnectorWorld<EmailConnector, EmailEmulator> {
  readonly servers: Listening
  readonly mail: MailWorld
  /** The first mailbox, by its password. */
  connected(values?: Record<string, string>): Promise<Connection<EmailConnector>>
}

/** A real Holdfast with mail alone, over two servers on loopback. Close it. */
export async function mailWorld({
  guard,
  ...options
}: EmailOptions & { readonly guard?: Guard } = {}): Promise<MailWorldUnderTest> {
  const emulator = createEmailEmulator()
  const servers = await listenEmail(emulator)
  const connector = email({ ...optionsFor(servers), ...options })
  const world = connectorWorld({ connectors: [connector], emulator, ...(guard && { guard }) })
  return {
    ...world,
    servers,
    mail: emulator.provider.mail,
    connected: (values = valuesFor(first, servers.tls)) => world.connect({ method: "password", values }),
  }
}
