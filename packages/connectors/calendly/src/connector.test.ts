import { connectorSuite } from "@holdfast/testing"
import {
  type CalendlyEmulator,
  calendlySignature,
  createCalendlyEmulator,
  emulatorApp,
  personalAccessTokens,
} from "./emulator.js"
import { type CalendlyConnector, type CalendlyOptions, calendly } from "./index.js"

const person = { id: "ADA1EMULATED0001", label: "Ada First", email: "ada@first.example" }

const hooks = {
  own: ({ provider }: CalendlyEmulator) => {
    const { callback_url = "", secret = "" } = provider.webhooks.at(-1) ?? {}
    return { url: callback_url.split("?")[0] ?? "", secret }
  },
  signature: ({ provider }: CalendlyEmulator) => calendlySignature(provider.webhooks.at(-1)?.secret ?? ""),
  deliveries: ({ provider }: CalendlyEmulator) => ({
    invitee_created: provider.event("invitee.created"),
    invitee_canceled: provider.event("invitee.canceled"),
    routing_form_submission_created: {
      ...provider.event("routing_form_submission.created"),
      query: "scope=organization",
    },
  }),
  subscriptions: ({ provider }: CalendlyEmulator) => provider.webhooks.length,
}

connectorSuite<CalendlyConnector, CalendlyOptions, CalendlyEmulator>(calendly, {
  emulator: ({ redirectUri }) => createCalendlyEmulator({ redirectUris: [redirectUri] }),
  app: emulatorApp,
  methods: {
    oauth: { account: person },
    personal_access_token: {
      values: { key: personalAccessTokens.first },
      account: person,
      another: { values: { key: personalAccessTokens.second } },
      refused: [{ values: { key: "eyJ.nobody" }, code: "credential_invalid" }],
      withdraw: ({ provider }) => provider.deleteToken(personalAccessTokens.first),
      alive: ({ provider }) => provider.isToken(personalAccessTokens.first),
    },
  },
  operations: {
    list_event_types: {
      parameters: { active: true },
      answer: { collection: [{ name: "15 Minute Meeting" }, { name: "30 Minute Meeting" }] },
    },
    list_scheduled_events: {
      parameters: { status: "active", count: 2, sort: "start_time:desc" },
      answer: { collection: [{ name: "60 Minute Meeting" }, { name: "30 Minute Meeting" }], pagination: { count: 2 } },
    },
    get_event: { parameters: { event_uuid: "ADA1EMULATED0001-E1" }, answer: { name: "15 Minute Meeting" } },
    list_invitees: {
      parameters: { event_uuid: "https://api.calendly.com/scheduled_events/ADA1EMULATED0001-E1" },
      answer: { collection: [{ email: "guest1@guest.example", status: "active" }, { email: "friend@guest.example" }] },
    },
    cancel_event: {
      parameters: { event_uuid: "ADA1EMULATED0001-E1", reason: "Ill" },
      answer: { canceled_by: "Ada First", reason: "Ill", canceler_type: "host" },
      verify(_answer, { provider }) {
        if (provider.events[0]?.status !== "canceled") throw new Error("the event stands")
      },
    },
    create_scheduling_link: {
      parameters: { event_type: "ADA1EMULATED0001-T1" },
      answer: { owner_type: "EventType", owner: "https://api.calendly.com/event_types/ADA1EMULATED0001-T1" },
    },
  },
  errors: [
    {
      when: "there is no such event",
      operation: "get_event",
      parameters: { event_uuid: "NONE" },
      code: "resource_not_found",
      providerCode: "resource_not_found",
    },
    {
      when: "the page token is another's",
      operation: "list_scheduled_events",
      parameters: { page_token: "nonsense" },
      code: "input_invalid",
      providerCode: "invalid_argument",
    },
    {
      when: "a personal access token lacks the scope",
      operation: "create_scheduling_link",
      parameters: { event_type: "ADA1EMULATED0001-T1" },
      arrange: ({ faults }) =>
        faults.next({ on: "*", fault: { kind: "status", status: 403, body: { title: "Permission Denied" } } }),
      code: "forbidden",
      providerCode: "permission_denied",
    },
    {
      when: "it is too much",
      operation: "list_event_types",
      arrange: ({ faults }) => faults.next({ on: "*", fault: { kind: "status", status: 429, retryAfterSeconds: 90 } }),
      code: "rate_limited",
    },
  ],
  unknownError: ({ faults }) =>
    faults.next({ on: "*", fault: { kind: "status", status: 400, body: { title: "Holdfast Unheard Of" } } }),
  webhooks: [hooks, { ...hooks, method: "personal_access_token" }],
})
