import { connectorSuite } from "@holdfast/testing"
import {
  apiKeys,
  createMailchimpEmulator,
  emulatorApp,
  type MailchimpEmulator,
  mailchimpSignature,
} from "./emulator.js"
import { type MailchimpConnector, type MailchimpOptions, mailchimp } from "./index.js"

const account = { id: "acc1", label: "First Shop", email: "owner@first.example", data: { dc: "us1" } }
const list_id = "acc1list1"

connectorSuite<MailchimpConnector, MailchimpOptions, MailchimpEmulator>(mailchimp, {
  emulator: ({ redirectUri }) => createMailchimpEmulator({ redirectUris: [redirectUri] }),
  app: emulatorApp,
  methods: {
    oauth: { account },
    api_key: {
      values: { key: apiKeys.us1 },
      account,
      another: { values: { key: apiKeys.us21 } },
      refused: [
        { values: { key: "emulatedmailchimpkeyofthefirstaccount" }, code: "input_invalid" },
        { values: { key: "emulatedmailchimpkeyofnobody-us1" }, code: "credential_invalid" },
        { values: { key: "emulatedmailchimpkeyofthefirstaccount-us21" }, code: "credential_invalid" },
      ],
      withdraw: ({ provider }) => provider.disableKey(apiKeys.us1),
      alive: ({ provider }) => provider.isKey(apiKeys.us1),
    },
  },
  operations: {
    list_audiences: {
      parameters: { count: 2 },
      answer: { lists: [{ name: "News", stats: { member_count: 3 } }, { name: "Customers" }], total_items: 3 },
    },
    list_members: {
      parameters: { list_id, status: "subscribed", count: 1 },
      answer: { members: [{ email_address: "one@member.example" }], total_items: 3 },
    },
    add_member: {
      parameters: { list_id, email_address: "new@member.example", merge_fields: { FNAME: "New" } },
      answer: { email_address: "new@member.example", status: "subscribed" },
    },
    upsert_member: {
      parameters: { list_id, email_address: "One@Member.example", merge_fields: { FNAME: "One" } },
      answer: { status: "subscribed", merge_fields: { FNAME: "One" } },
      verify(_answer, { provider }) {
        if (provider.members.filter((one) => one.list_id === list_id).length !== 3) throw new Error("it was added")
      },
    },
    update_member: {
      parameters: { list_id, email_address: "two@member.example", status: "unsubscribed" },
      answer: { email_address: "two@member.example", status: "unsubscribed" },
    },
    list_campaigns: { parameters: { status: "sent" }, answer: { campaigns: [{ id: "acc1camp1" }], total_items: 1 } },
    send_campaign: {
      parameters: { campaign_id: "acc1camp2" },
      answer: { sent: true },
      verify(_answer, { provider }) {
        if (provider.campaigns[1]?.status !== "sending") throw new Error("it is not sent")
      },
    },
  },
  errors: [
    {
      when: "there is no such audience",
      operation: "list_members",
      parameters: { list_id: "none" },
      code: "resource_not_found",
      providerCode: "resource_not_found",
    },
    {
      when: "the member is there already",
      operation: "add_member",
      parameters: { list_id, email_address: "one@member.example" },
      code: "input_invalid",
      providerCode: "member_exists",
    },
    {
      when: "the account was switched off",
      operation: "list_audiences",
      arrange: ({ faults }) =>
        faults.next({ on: "*", fault: { kind: "status", status: 403, body: { title: "User Disabled", status: 403 } } }),
      code: "forbidden",
      providerCode: "user_disabled",
    },
    {
      when: "there are too many calls at once",
      operation: "list_audiences",
      arrange: ({ faults }) => faults.next({ on: "*", fault: { kind: "status", status: 429, retryAfterSeconds: 90 } }),
      code: "rate_limited",
    },
  ],
  webhooks: {
    own({ provider }) {
      const { url = "", secret = "" } = provider.webhooks.at(-1) ?? {}
      return { url, secret }
    },
    signature: ({ provider }) => mailchimpSignature(provider.webhooks.at(-1)?.secret ?? ""),
    deliveries: ({ provider }) => ({
      member_subscribed: provider.event("subscribe"),
      member_unsubscribed: provider.event("unsubscribe", { action: "unsub", reason: "manual" }),
      member_updated: provider.event("profile"),
      member_email_changed: provider.event("upemail", { new_email: "n@member.example", old_email: "o@member.example" }),
      member_cleaned: provider.event("cleaned", { reason: "hard" }),
      campaign_status_changed: provider.event("campaign", { status: "sent" }),
    }),
    subscriptions: ({ provider }) => provider.webhooks.length,
  },
  unknownError: ({ faults }) =>
    faults.next({ on: "*", fault: { kind: "status", status: 400, body: { title: "Holdfast Unheard Of" } } }),
  skip: { scope_missing: "Mailchimp has no scopes" },
})
