import { connectorSuite } from "@holdfast/testing"
import { describe } from "vitest"
import { createSlackEmulator, emulatorApp, type SlackEmulator } from "./emulator.js"
import { type SlackConnector, type SlackOptions, slack } from "./index.js"

type Examples = Parameters<typeof connectorSuite<SlackConnector, SlackOptions, SlackEmulator>>[1]

const first = "T0000000A1"
const bot = "U0BOT0000000A1"
const refusal = (error: string) => ({ kind: "status", status: 200, body: { ok: false, error } }) as const

const examples = {
  app: emulatorApp,
  methods: {
    oauth: {
      account: { id: first, label: "First workspace" },
      another: { approve: { account: "U0000000B1" } },
    },
  },
  operations: {
    send_message: {
      parameters: { channel: "#alerts", message: "New order received: 42" },
      answer: { ok: true, channel: "C0000000A2" },
      verify({ ts }, { provider }) {
        const [posted] = provider.messages(first, "C0000000A2")
        if (posted?.ts !== ts || posted.text !== "New order received: 42") throw new Error("the message is not there")
      },
    },
    list_channels: { answer: { channels: ["general", "alerts", "random", "old-project"].map((name) => ({ name })) } },
    create_channel: {
      parameters: { name: "#new-project" },
      answer: { channel: { name: "new-project", is_private: false } },
    },
    get_user: { parameters: { user: "U0000000A2" }, answer: { user: { name: "first.member" } } },
    list_users: {
      answer: { users: [{ id: "U0000000A1" }, { id: "U0000000A2" }, { id: "U0000000A3", deleted: true }, { id: bot }] },
    },
  },
  errors: [
    {
      when: "there is no such channel",
      operation: "send_message",
      parameters: { channel: "C404", message: "hello" },
      code: "resource_not_found",
      providerCode: "channel_not_found",
    },
    {
      when: "the bot was not invited to the channel",
      operation: "send_message",
      parameters: { channel: "#random", message: "hello" },
      code: "forbidden",
      providerCode: "not_in_channel",
    },
    {
      when: "the channel is archived",
      operation: "send_message",
      parameters: { channel: "C0000000A4", message: "hello" },
      code: "forbidden",
      providerCode: "is_archived",
    },
    {
      when: "the thread does not exist",
      operation: "send_message",
      parameters: { channel: "#general", message: "hello", thread_ts: "1.000001" },
      code: "resource_not_found",
      providerCode: "thread_not_found",
    },
    {
      when: "a channel has the name already",
      operation: "create_channel",
      parameters: { name: "general" },
      code: "input_invalid",
      providerCode: "name_taken",
    },
    {
      when: "the cursor is not Slack's",
      operation: "list_channels",
      parameters: { cursor: "x" },
      code: "input_invalid",
      providerCode: "invalid_cursor",
    },
    {
      when: "private channels are listed without their scope",
      operation: "list_channels",
      parameters: { types: "public_channel,private_channel" },
      code: "scope_missing",
      providerCode: "missing_scope",
    },
    {
      when: "there is no such person",
      operation: "get_user",
      parameters: { user: "U404" },
      code: "resource_not_found",
      providerCode: "user_not_found",
    },
    {
      when: "too many messages are posted",
      operation: "send_message",
      parameters: { channel: "#general", message: "hello" },
      arrange: ({ faults }) =>
        faults.next({
          on: "chat.postMessage",
          fault: { kind: "status", status: 429, retryAfterSeconds: 30, body: { ok: false, error: "ratelimited" } },
        }),
      code: "rate_limited",
      providerCode: "ratelimited",
    },
    {
      when: "Slack has trouble of its own, with HTTP 200",
      operation: "get_user",
      parameters: { user: "U0000000A1" },
      arrange: ({ faults }) => faults.next({ on: "users.info", fault: refusal("internal_error") }),
      code: "provider_unavailable",
      providerCode: "internal_error",
    },
  ],
  unknownError: ({ faults }) => faults.next({ on: "*", fault: refusal("holdfast_unheard_of") }),
  webhooks: {
    signature: ({ provider }) => provider.signature,
    deliveries({ provider }) {
      const message = { channel: "C0000000A1", user: "U0000000A2", ts: "1.000001", text: "hello" }
      const event = (type: string, fields: object) => provider.event(first, { type, ...fields })
      return {
        message: event("message", message),
        app_mention: event("app_mention", message),
        reaction_added: event("reaction_added", {
          user: "U0000000A2",
          reaction: "thumbsup",
          item: { type: "message", channel: "C0000000A1", ts: "1.000001" },
        }),
        channel_created: event("channel_created", { channel: { id: "C9", name: "new" } }),
        member_joined_channel: event("member_joined_channel", { user: "U0000000A2", channel: "C0000000A1" }),
        team_join: event("team_join", { user: { id: "U9" } }),
        tokens_revoked: event("tokens_revoked", { tokens: { oauth: [], bot: [bot] } }),
        app_uninstalled: event("app_uninstalled", {}),
      }
    },
    handshakes: ({ provider }) => [
      {
        delivery: provider.urlVerification("3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"),
        answer: "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P",
      },
    ],
    oracles: ({ provider }) =>
      ["<script>alert(1)</script>", "v0:1:{}", "x".repeat(513), ""].map((text) => provider.urlVerification(text)),
    ends: ["tokens_revoked", "app_uninstalled"],
  },
} satisfies Omit<Examples, "emulator">

describe("with token rotation", () => {
  connectorSuite<SlackConnector, SlackOptions, SlackEmulator>(slack, {
    ...examples,
    emulator: ({ redirectUri }) => createSlackEmulator({ redirectUris: [redirectUri] }),
  })
})

describe("without token rotation", () => {
  connectorSuite<SlackConnector, SlackOptions, SlackEmulator>(slack, {
    ...examples,
    emulator: ({ redirectUri }) => createSlackEmulator({ redirectUris: [redirectUri], tokenRotation: false }),
  })
})
