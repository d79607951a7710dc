import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { connectorWorld, endOf } from "@holdfast/testing"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Dovecot, missingDovecot, startDovecot } from "./dovecot-server.js"
import { createEmailEmulator, emulatedPeople, emulatorApp, type Listening, listenEmail, valuesFor } from "./emulator.js"
import { email } from "./index.js"
import { first, second } from "./test-support.js"

// A second opinion on what the stand-in says of the protocols, from servers that others wrote.

const about = missingDovecot === undefined ? "Dovecot" : `Dovecot (skip: ${missingDovecot})`

describe.skipIf(missingDovecot !== undefined)(about, () => {
  const emulator = createEmailEmulator()
  let relay: Listening
  let tokens: Server
  let dovecot: Dovecot

  beforeAll(async () => {
    relay = await listenEmail(emulator)
    // Where Dovecot asks whose a token is.
    tokens = createServer((request, response) => {
      const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1] ?? ""
      const found = emulator.provider.google.inspectToken(token)
      // https://www.rfc-editor.org/rfc/rfc7662#section-2.2: a dead token is no error.
      response.writeHead(200, { "content-type": "application/json" })
      response.end(
        JSON.stringify(found.is === "live" ? { active: "yes", email: found.account.data.address } : { active: "no" }),
      )
    })
    await new Promise<void>((resolve) => tokens.listen(0, "127.0.0.1", resolve))
    dovecot = await startDovecot(first, relay.tls.smtp, `http://127.0.0.1:${(tokens.address() as AddressInfo).port}/`)
  })
  afterAll(async () => {
    await dovecot?.close()
    await relay?.close()
    tokens?.closeAllConnections()
    await new Promise((resolve) => tokens?.close(resolve))
  })

  const worldOf = () => {
    const connector = email({ ...emulatorApp, ca: dovecot.ca, servers: { google: dovecot.servers } })
    return connectorWorld({ connectors: [connector], emulator })
  }

  it("takes a password at both halves, lists its mailboxes, and passes on what is sent", async () => {
    const connection = await worldOf().connect({ method: "password", values: valuesFor(first, dovecot.servers) })
    expect(await connection.check()).toMatchObject({ ok: true })
    const { mailboxes } = await connection.run("list_mailboxes")
    expect(mailboxes.map(({ path }) => path)).toContain("INBOX")
    expect(await connection.run("list_messages")).toEqual({ messages: [] })
    const sent = await connection.run("send_email", { to: second.address, subject: "Grüße", text: "hello" })
    expect(sent.accepted).toEqual([second.address])
    expect(emulator.provider.mail.inbox(second.address)).toMatchObject([{ from: first.address }])
    expect(await endOf(connection.run("list_messages", { mailbox: "Nowhere" }))).toMatchObject({
      code: "resource_not_found",
    })
  })

  it("reads by STARTTLS, and refuses a wrong password with the code that the stand-in has", async () => {
    const world = worldOf()
    const servers = { ...dovecot.servers, imap: dovecot.starttls }
    expect((await world.connect({ method: "password", values: valuesFor(first, servers) })).ref).toBeDefined()
    const wrong = { ...valuesFor(first, servers), password: "not the password" }
    const { step } = await world.begin({ method: "password", values: wrong })
    expect(step).toMatchObject({ kind: "form", error: { code: "credential_invalid" } })
  })

  it("takes a token by XOAUTH2, and refuses one that was withdrawn at both halves (quirk 39)", async () => {
    const connection = await worldOf().connect({ method: "oauth_google" })
    expect((await connection.info()).account.email).toBe(emulatedPeople.google[0].address)
    expect(await connection.check()).toMatchObject({ ok: true })
    for (const { id } of emulator.provider.google.grants()) emulator.provider.google.revokeGrant(id)
    expect((await endOf(connection.run("list_messages"))).code).toBe("reauth_required")
    expect((await connection.info()).status).toBe("needs_reauth")
  })
})
