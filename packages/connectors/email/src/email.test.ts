import { HoldfastError, isHoldfastError } from "@holdfast/core"
import { endOf } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { emulatedPeople, valuesFor } from "./emulator.js"
import { first, mailWorld, second } from "./test-support.js"

const hello = { to: second.address, subject: "hello", text: "hello" }

describe("tokens (XOAUTH2)", () => {
  it("answers the challenge that a refused token brings with an empty line, at both servers (quirk 39)", async () => {
    const world = await mailWorld()
    try {
      const connection = await world.connect({ method: "oauth_google" })
      await connection.run("send_email", hello)
      expect(world.mail.inbox(second.address)).toMatchObject([{ from: emulatedPeople.google[0].address }])
      for (const { id } of world.emulator.provider.google.grants()) world.emulator.provider.google.revokeGrant(id)
      const before = world.mail.commands.length
      expect(await endOf(connection.run("send_email", hello))).toEqual({
        code: "reauth_required",
        providerCode: "AUTHENTICATIONFAILED",
      })
      const since = world.mail.commands.slice(before)
      expect(since).toContain("SMTP XOAUTH2 dismissed")
      expect(since).toContain("IMAP XOAUTH2 dismissed")
      expect((await connection.info()).status).toBe("needs_reauth")
    } finally {
      await world.servers.close()
    }
  })

  it("are shown to the provider's own servers alone, in a form that names the mailbox", async () => {
    const world = await mailWorld({ guard: async () => {} })
    try {
      const connection = await world.connect({ method: "oauth_microsoft" })
      expect((await connection.info()).account).toMatchObject({
        email: emulatedPeople.microsoft[0].address,
        data: { provider: "microsoft", address: emulatedPeople.microsoft[0].address },
      })
      expect(await connection.check()).toMatchObject({ ok: true })
    } finally {
      await world.servers.close()
    }
  })
})

describe("two halves", () => {
  it("reading goes on when sending is refused, and the connection lives (quirk 39, R14)", async () => {
    const world = await mailWorld()
    try {
      const connection = await world.connected()
      world.mail.allowSmtp(first.address, false)
      const { ok, parts } = await connection.check()
      expect(ok).toBe(false)
      expect(parts).toEqual(
        expect.arrayContaining([
          { name: "imap", ok: true },
          { name: "smtp", ok: false, code: "credential_invalid" },
        ]),
      )
      expect(await endOf(connection.run("send_email", hello))).toEqual({
        code: "provider_rejected",
        providerCode: "5.7.139",
      })
      expect(await connection.run("list_messages")).toEqual({ messages: [] })
      expect((await connection.info()).status).toBe("active")
    } finally {
      await world.servers.close()
    }
  })

  it("a server that cannot look a password up right now has not refused it", async () => {
    const world = await mailWorld()
    try {
      const connection = await world.connected()
      const plan = (protocol: "imap" | "smtp", command: string, answer: string) =>
        world.mail.plan({ protocol, command, answer })
      plan("imap", "AUTHENTICATE", "NO [UNAVAILABLE] Directory is down")
      expect(await endOf(connection.run("list_messages"))).toEqual({
        code: "provider_unavailable",
        providerCode: "UNAVAILABLE",
      })
      plan("smtp", "AUTH", "454 4.7.0 Temporary authentication failure")
      expect(await endOf(connection.run("send_email", hello))).toEqual({
        code: "provider_unavailable",
        providerCode: "4.7.0",
      })
      // One half refuses, and the other says nothing: nobody knows.
      plan("imap", "AUTHENTICATE", "NO [AUTHENTICATIONFAILED] No")
      plan("smtp", "AUTH", "454 4.7.0 Temporary authentication failure")
      expect((await endOf(connection.run("list_messages"))).code).toBe("provider_unavailable")
      expect((await connection.info()).status).toBe("active")
    } finally {
      await world.servers.close()
    }
  })

  it("a code that nobody has heard of is provider_rejected, and kills nothing", async () => {
    const world = await mailWorld()
    try {
      const connection = await world.connected()
      world.mail.plan({ protocol: "imap", command: "EXAMINE", answer: "NO [HOLDFAST-UNHEARD] No" })
      expect(await endOf(connection.run("list_messages"))).toEqual({
        code: "provider_rejected",
        providerCode: "HOLDFAST-UNHEARD",
      })
      expect((await connection.info()).status).toBe("active")
    } finally {
      await world.servers.close()
    }
  })
})

describe("TLS", () => {
  it("comes by STARTTLS where it is not there from the first byte, and nothing is shown before (quirk 39)", async () => {
    const world = await mailWorld()
    try {
      const connection = await world.connected(valuesFor(first, world.servers.starttls))
      await connection.run("send_email", hello)
      const { commands } = world.mail
      expect(commands.indexOf("SMTP STARTTLS")).toBeLessThan(commands.indexOf("SMTP AUTH"))
      expect(commands.indexOf("IMAP STARTTLS")).toBeLessThan(commands.indexOf("IMAP AUTHENTICATE"))
    } finally {
      await world.servers.close()
    }
  })

  it("a server that does not offer STARTTLS is shown no password", async () => {
    const world = await mailWorld()
    try {
      const connection = await world.connected(valuesFor(first, world.servers.starttls))
      const before = world.mail.commands.length
      world.mail.plan({ protocol: "smtp", command: "EHLO", answer: "250 localhost" })
      world.mail.plan({ protocol: "smtp", command: "STARTTLS", answer: "502 5.5.1 Not here" })
      expect((await endOf(connection.run("send_email", hello))).code).not.toBe("ok")
      expect(world.mail.commands.slice(before)).not.toContain("SMTP AUTH")
    } finally {
      await world.servers.close()
    }
  })

  it("a certificate that nobody vouches for is refused before the password is shown", async () => {
    const world = await mailWorld({ ca: [] })
    try {
      const view = await world.begin({ method: "password", values: valuesFor(first, world.servers.tls) })
      expect(view.step).toMatchObject({ kind: "form", error: { code: "provider_unavailable" } })
      expect(world.mail.commands.filter((command) => /AUTH|LOGIN/.test(command))).toEqual([])
    } finally {
      await world.servers.close()
    }
  })
})

describe("hosts that a person chose", () => {
  it("pass the guard by name, and each address by itself, so that a second answer of the DNS leads nowhere", async () => {
    const asked: string[] = []
    const world = await mailWorld({
      async guard(host, port) {
        asked.push(`${host}:${port}`)
        if (host !== "localhost") throw new HoldfastError("host_forbidden")
      },
    })
    try {
      const { imap, smtp } = world.servers.tls
      const values = { ...valuesFor(first, world.servers.tls), imapHost: "localhost", smtpHost: "localhost" }
      const view = await world.begin({ method: "password", values })
      expect(view.step).toMatchObject({ kind: "form", error: { code: "host_forbidden" } })
      expect(asked).toEqual([
        `localhost:${imap.port}`,
        `127.0.0.1:${imap.port}`,
        `localhost:${smtp.port}`,
        `127.0.0.1:${smtp.port}`,
      ])
      expect(world.mail.commands).toEqual([])
    } finally {
      await world.servers.close()
    }
  })

  it("are checked against the certificate by their name, though an address is dialled", async () => {
    const world = await mailWorld()
    try {
      const values = { ...valuesFor(first, world.servers.tls), imapHost: "localhost", smtpHost: "localhost" }
      const connection = await world.connected(values)
      expect((await connection.info()).account.id).toBe("first@example.com@@localhost")
    } finally {
      await world.servers.close()
    }
  })

  it("need not be typed where the domain is known, and are asked for where it is not", async () => {
    const asked: string[] = []
    const world = await mailWorld({
      async guard(host, port) {
        asked.push(`${host}:${port}`)
        throw new HoldfastError("host_forbidden")
      },
    })
    try {
      const begin = (address: string) =>
        world.begin({ method: "password", values: { address, password: "a password" } })
      await begin("somebody@gmail.com")
      await begin("somebody@icloud.com")
      expect(asked).toEqual([
        "imap.gmail.com:993",
        "smtp.gmail.com:465",
        "imap.mail.me.com:993",
        "smtp.mail.me.com:587",
      ])
      expect((await begin("somebody@example.com")).step).toMatchObject({ kind: "form" })
      expect(asked).toHaveLength(4)
    } finally {
      await world.servers.close()
    }
  })
})

describe("messages", () => {
  it("travel with both bodies and an attachment, and are read without being marked as read", async () => {
    const world = await mailWorld()
    try {
      const connection = await world.connected()
      const file = Buffer.from("a,b\r\n1,2\r\n").toString("base64")
      const { messageId } = await connection.run("send_email", {
        to: first.address,
        subject: "Grüße",
        text: "Schöne Grüße",
        html: "<p>Schöne Grüße</p>",
        inReplyTo: "<before@example.com>",
        attachments: [{ filename: "table.csv", contentType: "text/csv", content: file }],
      })
      const { messages } = await connection.run("search_messages", { from: first.address })
      expect(messages).toMatchObject([{ uid: 1, messageId, subject: "Grüße", seen: false }])
      expect(await connection.run("get_message", { uid: 1 })).toMatchObject({
        inReplyTo: "<before@example.com>",
        text: expect.stringContaining("Schöne Grüße"),
        html: "<p>Schöne Grüße</p>",
        attachments: [{ filename: "table.csv", type: "text/csv" }],
        seen: false,
      })
      expect(await endOf(connection.run("get_message", { uid: 9 }))).toEqual({ code: "resource_not_found" })
    } finally {
      await world.servers.close()
    }
  })

  it("of a mailbox that is not there are told from those of one that is, though a server gives no code", async () => {
    const world = await mailWorld()
    try {
      const connection = await world.connected()
      const plan = () => world.mail.plan({ protocol: "imap", command: "EXAMINE", answer: "NO Mailbox doesn't open" })
      plan()
      expect(await endOf(connection.run("list_messages", { mailbox: "Nowhere" }))).toEqual({
        code: "resource_not_found",
      })
      plan()
      expect(await endOf(connection.run("list_messages"))).toEqual({ code: "provider_rejected", providerCode: "NO" })
    } finally {
      await world.servers.close()
    }
  })

  it("a page of a mailbox that was made anew is refused, since its uids mean other messages", async () => {
    const world = await mailWorld()
    try {
      const connection = await world.connected()
      for (const subject of ["one", "two"]) world.mail.receive(first.address, { subject, text: "hello" })
      const { nextCursor = "" } = await connection.run("list_messages", { limit: 1 })
      world.mail.remakeInbox(first.address)
      const refused = await connection.run("list_messages", { cursor: nextCursor }).catch((error: unknown) => error)
      expect(isHoldfastError(refused, "input_invalid") && refused.details.reason).toBe("cursor_expired")
    } finally {
      await world.servers.close()
    }
  })

  it("cannot smuggle in a header, and a blind copy is in no header", async () => {
    const world = await mailWorld()
    try {
      const connection = await world.connected()
      const smuggled = connection.run("send_email", { ...hello, subject: "hello\r\nBcc: third@example.com" })
      expect((await endOf(smuggled)).code).toBe("input_invalid")
      await connection.run("send_email", { ...hello, to: first.address, bcc: second.address })
      const [copy] = world.mail.inbox(second.address)
      expect(copy?.raw).not.toMatch(/bcc/i)
      expect(copy?.raw).not.toContain(second.address)
    } finally {
      await world.servers.close()
    }
  })

  it("appear in no line of the log, and neither does what opened the mailbox", async () => {
    const world = await mailWorld()
    try {
      const connection = await world.connected()
      await connection.run("send_email", { ...hello, to: first.address, subject: "a-subject", text: "a-canary-text" })
      await connection.run("get_message", { uid: 1 })
      world.mail.plan({
        protocol: "imap",
        command: "EXAMINE",
        answer: "NO [NOPERM] a-canary-text of first@example.com",
      })
      const refused = await connection.run("list_messages").catch((error: unknown) => error)
      expect(refused).toMatchObject({ code: "forbidden" })
      const said = world.lines.join("\n") + String(refused) + JSON.stringify(refused)
      for (const secret of [first.password, "a-canary-text", "a-subject"]) expect(said).not.toContain(secret)
    } finally {
      await world.servers.close()
    }
  })
})
