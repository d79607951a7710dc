import { connectorSuite } from "@holdfast/testing"
import {
  createZoomEmulator,
  emulatorApp,
  emulatorServerToServer,
  type ServerToServerApp,
  type ZoomEmulator,
} from "./emulator.js"
import { type ZoomConnector, type ZoomOptions, zoom } from "./index.js"

const accountId = "a-First-00000001"
const owner = "u-FirstOwner-00000001"
const typed = typedOf(emulatorServerToServer.first)

connectorSuite<ZoomConnector, ZoomOptions, ZoomEmulator>(zoom, {
  emulator: ({ redirectUri }) => createZoomEmulator({ redirectUris: [redirectUri] }),
  app: emulatorApp,
  methods: {
    oauth: { account: { id: `${accountId}:${owner}`, label: "First Owner", email: "first.owner@zoom.example" } },
    server_to_server: {
      values: typed,
      account: { id: accountId, label: "first.owner@zoom.example" },
      another: { values: typedOf(emulatorServerToServer.second) },
      withdraw: ({ provider }) => provider.deactivate(typed.client_id),
      refused: [
        { values: { ...typed, client_secret: "wrong" }, code: "credential_invalid" },
        { values: { ...typed, client_id: "nobody" }, code: "credential_invalid" },
        { values: { ...typed, account_id: "a-Second-0000002" }, code: "provider_rejected" },
      ],
    },
  },
  operations: {
    create_meeting: {
      parameters: { topic: "Weekly", start_time: "2026-12-01T15:00:00Z", duration: 30, timezone: "Europe/Berlin" },
      answer: { topic: "Weekly", duration: 30, host_id: owner, join_url: "https://zoom.us/j/81000000001" },
      verify({ id }, { provider }) {
        if (provider.meetings[0]?.id !== id) throw new Error("the meeting is not there")
      },
    },
    get_meeting: {
      arrange: schedule,
      parameters: { meeting_id: "810 0000 0001" },
      answer: { id: 81_000_000_001, topic: "Arranged", host_email: "first.owner@zoom.example" },
    },
    list_meetings: { arrange: schedule, answer: { meetings: [{ id: 81_000_000_001, topic: "Arranged" }] } },
  },
  errors: [
    {
      when: "there is no such meeting",
      operation: "get_meeting",
      parameters: { meeting_id: 99_999_999_999 },
      code: "resource_not_found",
      providerCode: "3001",
    },
    {
      when: "there is no such person, or not for this token",
      operation: "list_meetings",
      parameters: { user_id: "u-SecondOwner-0000002" },
      code: "resource_not_found",
      providerCode: "1001",
    },
    {
      when: "the page token is not Zoom's",
      operation: "list_meetings",
      parameters: { next_page_token: "x" },
      code: "input_invalid",
      providerCode: "300",
    },
    {
      when: "it is too much",
      operation: "list_meetings",
      arrange: ({ faults }) =>
        faults.next({ on: "*", fault: { kind: "status", status: 429, body: { code: 429, message: "Too many." } } }),
      code: "rate_limited",
      providerCode: "429",
    },
    {
      when: "the account may not host meetings",
      operation: "create_meeting",
      parameters: { topic: "Weekly" },
      arrange: ({ faults }) =>
        faults.next({ on: "*", fault: { kind: "status", status: 400, body: { code: 3161, message: "Not allowed." } } }),
      code: "forbidden",
      providerCode: "3161",
    },
  ],
  unknownError: ({ faults }) =>
    faults.next({
      on: "*",
      fault: { kind: "status", status: 400, body: { code: "holdfast_unheard_of", message: "What?" } },
    }),
  webhooks: {
    signature: ({ provider }) => provider.signature,
    deliveries({ provider }) {
      const about = { id: "81000000001", uuid: "abc==", topic: "Weekly" }
      const event = (name: string) => provider.event(name, owner, about)
      return {
        meeting_created: event("meeting.created"),
        meeting_updated: event("meeting.updated"),
        meeting_deleted: event("meeting.deleted"),
        meeting_started: event("meeting.started"),
        meeting_ended: event("meeting.ended"),
        recording_completed: event("recording.completed"),
        app_deauthorized: provider.deauthorize(owner),
      }
    },
    handshakes: ({ provider }) => [
      { delivery: provider.urlValidation("qgg8vlvZRS6UYooatFL8Aw"), answer: '"plainToken":"qgg8vlvZRS6UYooatFL8Aw"' },
    ],
    oracles: ({ provider }) =>
      ['v0:1654503849:{"event":"app_deauthorized"}', "x".repeat(65), "", "a b", "a:b"].map((token) =>
        provider.urlValidation(token),
      ),
    ends: ["app_deauthorized"],
  },
})

async function schedule({ provider, fetch }: ZoomEmulator): Promise<void> {
  const { main } = provider.oauth.issue({ clientId: typed.client_id, scopes: ["meeting:write:meeting"] })
  await fetch("https://api.zoom.us/v2/users/me/meetings", {
    method: "POST",
    headers: { authorization: `Bearer ${main.accessToken}`, "content-type": "application/json" },
    body: JSON.stringify({ topic: "Arranged" }),
  })
}

function typedOf({ accountId, clientId, clientSecret }: ServerToServerApp) {
  return { account_id: accountId, client_id: clientId, client_secret: clientSecret }
}
