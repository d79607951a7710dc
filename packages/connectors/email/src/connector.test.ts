import { connectorSuite } from "@holdfast/testing"
import {
  createEmailEmulator,
  type EmailEmulator,
  emulatedMailboxes,
  emulatedPeople,
  type Listening,
  listenEmail,
  microsoftTenant,
  optionsFor,
  valuesFor,
} from "./emulator.js"
import { type EmailConnector, type EmailOptions, email } from "./index.js"

/** Its HTTP faults do not reach the mail servers: what trouble does there is told in email.test.ts. */
type Peer = Omit<EmailEmulator, "faults"> & { readonly servers: Listening }

const [first, second] = emulatedMailboxes

connectorSuite<EmailConnector, EmailOptions, Peer>(email, {
  async emulator({ redirectUri }) {
    const emulator = createEmailEmulator({ redirectUris: [redirectUri] })
    const servers = await listenEmail(emulator)
    return Object.create(emulator, { servers: { value: servers }, faults: { value: undefined } })
  },
  close: ({ servers }) => servers.close(),
  app: ({ servers }) => optionsFor(servers),
  methods: {
    password: {
      values: ({ servers }) => valuesFor(first, servers.tls),
      account: { id: "first@example.com@@127.0.0.1", label: "first@example.com", email: "first@example.com" },
      another: { values: ({ servers }) => valuesFor(second, servers.tls) },
      withdraw: ({ provider }) => provider.mail.revokePassword(first.address),
      refused: [
        {
          values: ({ servers }) => ({ ...valuesFor(first, servers.tls), password: "not the password" }),
          code: "credential_invalid",
        },
        { values: ({ servers }) => ({ ...valuesFor(first, servers.tls), address: "first" }), code: "input_invalid" },
        // The server speaks TLS only after STARTTLS, and neither without TLS.
        {
          values: ({ servers }) => ({ ...valuesFor(first, servers.starttls), imapSecurity: "tls" }),
          code: "provider_unavailable",
        },
      ],
    },
    oauth_google: {
      account: { id: `google:${emulatedPeople.google[0].id}`, email: emulatedPeople.google[0].address },
    },
    oauth_microsoft: {
      account: {
        id: `microsoft:${microsoftTenant}:${emulatedPeople.microsoft[0].id}`,
        email: emulatedPeople.microsoft[0].address,
      },
      another: { approve: { account: emulatedPeople.microsoft[1].id } },
    },
  },
  operations: {
    list_messages: {
      arrange: ({ provider }) => {
        for (const subject of ["one", "two", "three"]) provider.mail.receive(first.address, { subject, text: "hello" })
      },
      parameters: { limit: 2 },
      answer: {
        messages: [
          { uid: 3, subject: "three" },
          { uid: 2, subject: "two" },
        ],
      },
    },
    search_messages: {
      arrange: ({ provider }) => {
        for (const subject of ["an invoice", "news", "another invoice"])
          provider.mail.receive(first.address, { subject, text: "hello" })
      },
      parameters: { subject: "invoice", unseen: true, limit: 1 },
      answer: { messages: [{ subject: "another invoice", from: [{ address: "sender@example.com" }] }] },
    },
    get_message: {
      arrange: ({ provider }) => void provider.mail.receive(first.address, { subject: "a letter", text: "Grüße" }),
      parameters: { uid: 1 },
      answer: { uid: 1, subject: "a letter", text: "Grüße\r\n", seen: false, attachments: [] },
    },
    list_mailboxes: {
      answer: { mailboxes: [{ path: "INBOX" }, { path: "Sent", specialUse: "sent" }, { path: "Archive" }] },
    },
    send_email: {
      parameters: { to: second.address, subject: "hello", text: "Is anybody there?" },
      answer: { accepted: [second.address], rejected: [] },
      verify(_answer, { provider }) {
        const [received] = provider.mail.inbox(second.address)
        if (received?.subject !== "hello" || received.from !== first.address) throw new Error("it did not arrive")
      },
    },
  },
  errors: [
    {
      when: "there is no such mailbox",
      operation: "list_messages",
      parameters: { mailbox: "Nowhere" },
      code: "resource_not_found",
      providerCode: "NONEXISTENT",
    },
    {
      when: "the recipient does not exist",
      operation: "send_email",
      parameters: { to: "nobody@example.com", subject: "hello", text: "hello" },
      code: "input_invalid",
      providerCode: "5.1.1",
    },
    {
      when: "the server has enough",
      arrange: ({ provider }) =>
        provider.mail.plan({ protocol: "imap", command: "EXAMINE", answer: "NO [LIMIT] Slow down" }),
      operation: "list_messages",
      code: "rate_limited",
      providerCode: "LIMIT",
    },
  ],
  skip: { unknown_error: "IMAP's codes are words in capitals: email.test.ts has one that nobody has heard of" },
})
