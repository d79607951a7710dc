import type { Connector } from "@holdfast/core"
import { approve } from "@holdfast/emulator"
import { connectorSuite } from "@holdfast/testing"
import { expect } from "vitest"
import {
  createMicrosoftEmulator,
  defaultAccounts,
  emulatorApp,
  firstTenantId,
  type MicrosoftEmulator,
  seededIds,
} from "./emulator.js"
import { type MicrosoftOptions, outlook, outlookCalendar, teams } from "./index.js"

const [first] = defaultAccounts
const account = {
  id: `${firstTenantId}:${first?.id}`,
  label: "first.user@first.example",
  email: "first.user@first.example",
}
const visit = async (emulator: MicrosoftEmulator, url: string, choices: object) => [
  await approve((input, init) => emulator.fetch(input, init), url, choices),
]
const common = {
  emulator: ({ redirectUri }: { redirectUri: string }) => createMicrosoftEmulator({ redirectUris: [redirectUri] }),
  app: emulatorApp,
  methods: { oauth: { account }, admin_consent: { account, visit } },
}

const refusal = (code: string) => ({
  error: { code, message: "As documented.", innerError: { date: "2026-11-21T10:00:00", "request-id": "r" } },
})
const fail = (emulator: MicrosoftEmulator, status: number, code: string) =>
  emulator.faults.next({ on: "*", fault: { kind: "status", status, body: refusal(code) } })
const unknownError = (emulator: MicrosoftEmulator) => fail(emulator, 400, "holdfast_unheard_of")

// The suite signs headers, and nobody can tell a notification that was tampered with where the proof is a word in the body:
// webhooks.test.ts shows what can be shown.
function withoutWebhooks<C extends Connector>(factory: (options?: MicrosoftOptions) => C) {
  return (options?: MicrosoftOptions): Omit<C, "webhooks"> => {
    const { webhooks: _, ...rest } = factory(options)
    return rest
  }
}

connectorSuite(withoutWebhooks(outlook), {
  ...common,
  operations: {
    send_email: {
      parameters: {
        to: ["second.user@first.example", "Größe, Müller <third@example.org>"],
        cc: "fourth@example.org",
        subject: "Grüße 👋",
        text: "Plain",
        html: "<p>Rich</p>",
      },
      answer: { status: "accepted" },
      verify(_answer, { provider }) {
        expect(provider.mailbox.at(-1)).toMatchObject({
          folder: "sentitems",
          subject: "Grüße 👋",
          body: { contentType: "html", content: "<p>Rich</p>" },
          toRecipients: [
            { emailAddress: { address: "second.user@first.example" } },
            { emailAddress: { name: "Größe, Müller", address: "third@example.org" } },
          ],
          ccRecipients: [{ emailAddress: { address: "fourth@example.org" } }],
        })
      },
    },
    list_messages: {
      parameters: { unreadOnly: true },
      answer: { value: [{ id: seededIds.message, subject: "Your invoice", isRead: false }] },
      verify({ value }) {
        expect(value).toHaveLength(1)
        expect(value[0]).not.toHaveProperty("body")
      },
    },
    search_messages: {
      parameters: { query: 'from:billing "invoice"' },
      answer: { value: [{ id: seededIds.message }] },
    },
    get_message: {
      parameters: { id: seededIds.message, format: "text" },
      answer: { subject: "Your invoice", body: { contentType: "text", content: "Your invoice of this month." } },
    },
    reply_to_message: {
      parameters: { id: seededIds.message, comment: "Paid." },
      answer: { status: "accepted" },
      verify(_answer, { provider }) {
        expect(provider.mailbox.at(-1)).toMatchObject({
          subject: "RE: Your invoice",
          toRecipients: [{ emailAddress: { address: "billing@shop.example" } }],
        })
      },
    },
  },
  errors: [
    {
      when: "the message is not there",
      operation: "get_message",
      parameters: { id: "AAkALgAAnothing=" },
      code: "resource_not_found",
      providerCode: "ErrorItemNotFound",
    },
    {
      when: "the folder is none",
      operation: "list_messages",
      parameters: { folder: "nowhere" },
      code: "input_invalid",
      providerCode: "ErrorInvalidIdMalformed",
    },
    {
      when: "the mailbox is closed to the person",
      operation: "list_messages",
      arrange: (emulator) => fail(emulator, 403, "ErrorAccessDenied"),
      code: "forbidden",
      providerCode: "ErrorAccessDenied",
    },
    {
      when: "it is too much",
      operation: "list_messages",
      arrange: (emulator) => fail(emulator, 429, "ApplicationThrottled"),
      code: "rate_limited",
      providerCode: "ApplicationThrottled",
    },
    {
      when: "the mailbox is on premises",
      operation: "search_messages",
      arrange: (emulator) => fail(emulator, 404, "MailboxNotEnabledForRESTAPI"),
      parameters: { query: "x" },
      code: "forbidden",
      providerCode: "MailboxNotEnabledForRESTAPI",
    },
  ],
  unknownError,
})

connectorSuite(withoutWebhooks(outlookCalendar), {
  ...common,
  operations: {
    create_event: {
      parameters: {
        subject: "Review",
        start: "2026-11-23T09:00:00",
        end: "2026-11-23T09:15:00",
        timeZone: "Europe/Berlin",
        attendees: ["second.user@first.example"],
        location: "Room 1",
      },
      answer: {
        subject: "Review",
        start: { dateTime: "2026-11-23T09:00:00", timeZone: "Europe/Berlin" },
        attendees: [{ emailAddress: { address: "second.user@first.example" } }],
      },
    },
    list_events: {
      arrange({ provider }) {
        const day = (id: string, date: string) => {
          const at = (hour: string) => ({ dateTime: `${date}T${hour}:00:00`, timeZone: "UTC" })
          return { id, owner: first?.id ?? "", subject: id, start: at("10"), end: at("11") }
        }
        provider.events.push(day("later", "2031-11-25"), day("sooner", "2031-11-24"), day("past", "2020-01-01"))
      },
      parameters: { startDateTime: "2031-11-01T00:00:00Z", endDateTime: "2031-12-01T00:00:00+01:00" },
      answer: { value: [{ id: "sooner" }, { id: "later" }] },
    },
    update_event: {
      parameters: { eventId: seededIds.event, subject: "Stand-up, moved", location: "Room 2" },
      answer: { id: seededIds.event, subject: "Stand-up, moved", location: { displayName: "Room 2" } },
    },
    delete_event: {
      parameters: { eventId: seededIds.event },
      answer: { status: "deleted" },
      verify(_answer, { provider }) {
        expect(provider.events).toEqual([])
      },
    },
  },
  errors: [
    {
      when: "there is no such event",
      operation: "update_event",
      parameters: { eventId: "AAkALgAAnothing=", subject: "x" },
      code: "resource_not_found",
      providerCode: "ErrorItemNotFound",
    },
    {
      when: "an event ends before it starts",
      operation: "create_event",
      parameters: { subject: "x", start: "2026-11-23T09:00:00Z", end: "2026-11-23T08:00:00Z" },
      code: "input_invalid",
      providerCode: "ErrorPropertyValidationFailure",
    },
    {
      when: "Microsoft is out of order",
      operation: "delete_event",
      parameters: { eventId: seededIds.event },
      arrange: ({ faults }) =>
        faults.next({
          on: "*",
          times: 9,
          fault: { kind: "status", status: 503, body: refusal("serviceNotAvailable") },
        }),
      code: "provider_unavailable",
      providerCode: "serviceNotAvailable",
    },
  ],
  unknownError,
})

connectorSuite(teams, {
  ...common,
  operations: {
    send_channel_message: {
      parameters: { teamId: seededIds.team, channelId: seededIds.channel, message: "Deployed" },
      answer: { body: { contentType: "text", content: "Deployed" } },
      verify({ id }, { provider }) {
        expect(provider.chatMessages.map((message) => message.id)).toEqual([id])
      },
    },
    list_teams: { answer: { value: [{ id: seededIds.team, displayName: "First team" }] } },
    list_channels: {
      parameters: { teamId: seededIds.team },
      answer: { value: [{ id: seededIds.channel, displayName: "General" }] },
    },
    list_chats: { answer: { value: [{ id: seededIds.chat, topic: "Alerts" }] } },
    send_chat_message: {
      parameters: { chatId: seededIds.chat, message: "<b>Deployed</b>", contentType: "html" },
      answer: { body: { contentType: "html", content: "<b>Deployed</b>" } },
    },
  },
  errors: [
    {
      when: "there is no such channel",
      operation: "send_channel_message",
      parameters: { teamId: seededIds.team, channelId: "19:nowhere@thread.tacv2", message: "x" },
      code: "resource_not_found",
      providerCode: "NotFound",
    },
    {
      when: "the person is not in the team",
      operation: "list_channels",
      parameters: { teamId: seededIds.otherTeam },
      code: "forbidden",
      providerCode: "Forbidden",
    },
    {
      when: "it is too much",
      operation: "send_chat_message",
      parameters: { chatId: seededIds.chat, message: "x" },
      arrange: (emulator) => fail(emulator, 429, "TooManyRequests"),
      code: "rate_limited",
      providerCode: "TooManyRequests",
    },
  ],
  unknownError,
})
