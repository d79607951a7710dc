import { connectorSuite } from "@holdfast/testing"
import { createDiscordEmulator, type DiscordEmulator, defaultUsers, emulatorApp, seededIds } from "./emulator.js"
import { type DiscordConnector, type DiscordOptions, discord } from "./index.js"

const [first, second] = defaultUsers
const refusal = (status: number, code: number | string) =>
  ({ kind: "status", status, body: { code, message: "No." } }) as const

connectorSuite<DiscordConnector, DiscordOptions, DiscordEmulator>(discord, {
  emulator: ({ redirectUri }) => createDiscordEmulator({ redirectUris: [redirectUri] }),
  app: emulatorApp,
  methods: {
    bot: {
      account: { id: seededIds.guild, label: "First server" },
      another: { approve: { account: seededIds.secondGuild } },
      withdraw: ({ provider }) => provider.kick(seededIds.guild),
      alive: ({ provider }) => provider.world.botGuilds.size > 0,
    },
    oauth: {
      account: { id: first?.id ?? "", label: "First user" },
      another: { approve: { account: second?.id ?? "" } },
    },
  },
  operations: {
    send_message: {
      method: "bot",
      parameters: { channel_id: seededIds.general, content: "New order received: 42" },
      answer: { channel_id: seededIds.general, content: "New order received: 42" },
      verify({ id }, { provider }) {
        if (provider.channel(seededIds.general).messages[0]?.id !== id) throw new Error("the message is not there")
      },
    },
    list_channels: {
      method: "bot",
      answer: {
        channels: [
          { id: seededIds.general, name: "general" },
          { id: seededIds.readOnly },
          { id: seededIds.voice, type: 4 },
        ],
      },
    },
    create_channel: {
      method: "bot",
      parameters: { name: "New project", topic: "All about it", parent_id: seededIds.voice },
      answer: { name: "new-project", topic: "All about it", parent_id: seededIds.voice },
    },
    list_guilds: { method: "oauth", answer: { guilds: [{ id: seededIds.guild, name: "First server" }] } },
    get_user: { parameters: { user_id: second?.id ?? "" }, answer: { username: "second_user" } },
  },
  errors: [
    {
      when: "there is no such channel",
      operation: "send_message",
      parameters: { channel_id: "1", content: "hello" },
      code: "resource_not_found",
      providerCode: "10003",
    },
    {
      when: "the bot may not see the channel",
      operation: "send_message",
      parameters: { channel_id: seededIds.hidden, content: "hello" },
      code: "forbidden",
      providerCode: "50001",
    },
    {
      when: "the bot may not post there",
      operation: "send_message",
      parameters: { channel_id: seededIds.readOnly, content: "hello" },
      code: "forbidden",
      providerCode: "50013",
    },
    {
      when: "the channel takes no text",
      operation: "send_message",
      parameters: { channel_id: seededIds.voice, content: "hello" },
      code: "input_invalid",
      providerCode: "50008",
    },
    {
      when: "a field is wrong",
      operation: "create_channel",
      parameters: { name: "x", parent_id: seededIds.general },
      code: "input_invalid",
      providerCode: "50035",
    },
    {
      when: "there is no such person",
      operation: "get_user",
      parameters: { user_id: "1" },
      code: "resource_not_found",
      providerCode: "10013",
    },
    {
      when: "it is too much",
      operation: "list_channels",
      arrange: ({ faults }) => faults.next({ on: "*", fault: { ...refusal(429, 20028), retryAfterSeconds: 30 } }),
      code: "rate_limited",
      providerCode: "20028",
    },
    {
      when: "Discord is overloaded",
      operation: "create_channel",
      parameters: { name: "x" },
      arrange: ({ faults }) => faults.next({ on: "*", fault: refusal(503, 130000) }),
      code: "provider_unavailable",
      providerCode: "130000",
    },
  ],
  unknownError: ({ faults }) => faults.next({ on: "*", fault: refusal(400, "holdfast_unheard_of") }),
  webhooks: {
    // In their own messages, whatever a person does concerns that person's connection.
    method: "oauth",
    signature: ({ provider }) => provider.signature,
    deliveries({ provider }) {
      if (!first) throw new Error("nobody is there")
      const user = first
      return {
        interaction_command: provider.interaction(2, { user }, { name: "help" }),
        interaction_component: provider.interaction(3, { user }, { custom_id: "yes" }),
        interaction_modal: provider.interaction(5, { user }, { custom_id: "form" }),
        application_authorized: provider.event("APPLICATION_AUTHORIZED", {
          integration_type: 1,
          user,
          scopes: ["identify"],
        }),
        application_deauthorized: provider.event("APPLICATION_DEAUTHORIZED", { user }),
        entitlement_create: provider.event("ENTITLEMENT_CREATE", { id: "1", sku_id: "2", user_id: user.id }),
      }
    },
    handshakes: ({ provider }) => [
      {
        delivery: provider.interaction(1, { user: first ?? { id: "", username: "", global_name: null, email: null } }),
        answer: '{"type":1}',
      },
      { delivery: provider.event(), answer: "" },
    ],
    ends: ["application_deauthorized"],
  },
})
