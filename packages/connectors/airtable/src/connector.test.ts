import { connectorSuite } from "@holdfast/testing"
import {
  type AirtableEmulator,
  type AirtableProvider,
  type AirtableWebhook,
  airtableSignature,
  createAirtableEmulator,
  emulatorApp,
  personalTokens,
} from "./emulator.js"
import { type AirtableConnector, type AirtableOptions, airtable } from "./index.js"

const [first, second] = personalTokens.map(({ token }) => ({ key: token }))
const account = { id: "usrFirst000000001", label: "first@airtable.example", email: "first@airtable.example" }
const place = { base_id: "appFirst000000001", table: "Tasks" }

connectorSuite<AirtableConnector, AirtableOptions, AirtableEmulator>(airtable, {
  emulator: ({ redirectUri }) => createAirtableEmulator({ redirectUris: [redirectUri] }),
  app: emulatorApp,
  methods: {
    oauth: { account },
    personal_token: {
      values: first ?? {},
      account,
      another: { values: second ?? {} },
      withdraw: ({ provider }) => provider.deleteToken(first?.key ?? ""),
      refused: [{ values: { key: "patNobody00000003.wrong" }, code: "credential_invalid" }],
    },
  },
  operations: {
    list_bases: { answer: { bases: [{ id: "appFirst000000001", name: "Plans", permissionLevel: "create" }] } },
    list_records: {
      parameters: { ...place, filter_by_formula: "{Name} = 'Read it again'", fields: ["Name"] },
      answer: { records: [{ id: "recTask0000000002", fields: { Name: "Read it again" } }] },
    },
    create_record: {
      parameters: { ...place, fields: { Name: "Ship it", Done: true } },
      answer: { fields: { Name: "Ship it", Done: true } },
      verify({ id }, { provider }) {
        if (provider.bases[0]?.tables[0]?.records[2]?.id !== id) throw new Error("the record is not there")
      },
    },
    update_record: {
      parameters: { ...place, table: "tblTasks000000001", record_id: "recTask0000000001", fields: { Done: true } },
      answer: { id: "recTask0000000001", fields: { Name: "Write it down", Done: true } },
    },
  },
  errors: [
    {
      when: "the base is somebody else's",
      operation: "list_records",
      parameters: { base_id: "appSecond00000002", table: "Tasks" },
      code: "resource_not_found",
      providerCode: "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND",
    },
    {
      when: "there is no such record",
      operation: "update_record",
      parameters: { ...place, record_id: "recNobody", fields: {} },
      code: "resource_not_found",
      providerCode: "NOT_FOUND",
    },
    {
      when: "there is no such field",
      operation: "create_record",
      parameters: { ...place, fields: { Nonsense: 1 } },
      code: "input_invalid",
      providerCode: "UNKNOWN_FIELD_NAME",
    },
    {
      when: "the formula is none",
      operation: "list_records",
      parameters: { ...place, filter_by_formula: "((" },
      code: "input_invalid",
      providerCode: "INVALID_FILTER_BY_FORMULA",
    },
    {
      when: "it is too much",
      operation: "list_bases",
      arrange: ({ faults }) =>
        faults.next({ on: "*", fault: { kind: "status", status: 429, body: apiError("RATE_LIMIT_REACHED") } }),
      code: "rate_limited",
      providerCode: "RATE_LIMIT_REACHED",
    },
  ],
  webhooks: {
    method: "personal_token",
    own: ({ provider }) => {
      const { macSecretBase64: secret, notificationUrl: url } = lastOf(provider)
      return { url, secret }
    },
    signature: ({ provider }) => airtableSignature(lastOf(provider).macSecretBase64),
    deliveries: ({ provider }) => {
      const { baseId, id } = lastOf(provider)
      const body = { base: { id: baseId }, webhook: { id }, timestamp: "2026-02-01T21:25:05.663Z" }
      return { base_changed: { body } }
    },
    subscriptions: ({ provider }) => provider.webhooks.size,
  },
  skip: { stale_delivery: "Airtable documents no age at which a ping is too old" },
  unknownError: ({ faults }) =>
    faults.next({ on: "*", fault: { kind: "status", status: 422, body: apiError("holdfast_unheard_of") } }),
})

function lastOf({ webhooks }: AirtableProvider): AirtableWebhook {
  const last = [...webhooks.values()].at(-1)
  if (!last) throw new Error("no webhook was made")
  return last
}

function apiError(type: string) {
  return { error: { type, message: "No." } }
}
