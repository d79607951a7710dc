import { connectorSuite } from "@holdfast/testing"
import { createSalesforceEmulator, defaultUsers, emulatorApp, type SalesforceEmulator } from "./emulator.js"
import { type SalesforceConnector, type SalesforceOptions, salesforce } from "./index.js"

const [first, , sandboxed] = defaultUsers
const acme = "001Hs0000000001IAC"
const accountOf = (user = first) => ({ id: `${user?.organizationId}:${user?.id}`, email: user?.email ?? "" })

connectorSuite<SalesforceConnector, SalesforceOptions, SalesforceEmulator>(salesforce, {
  emulator: ({ redirectUri }) => createSalesforceEmulator({ redirectUris: [redirectUri] }),
  app: emulatorApp,
  methods: {
    oauth: { account: { ...accountOf(), label: "Ada First (ada@first.example)" } },
    oauth_sandbox: { account: accountOf(sandboxed), another: { approve: { account: defaultUsers[3]?.id ?? "" } } },
    oauth_my_domain: {
      values: { domain: "https://first.my.salesforce.com/" },
      account: accountOf(),
      another: { values: { domain: "second" } },
    },
  },
  operations: {
    query: {
      parameters: { soql: "SELECT Id, Name FROM Account WHERE Name = 'Acme'" },
      answer: { totalSize: 1, done: true, records: [{ Id: acme, Name: "Acme" }] },
    },
    search: {
      parameters: { sosl: "FIND {Maria} RETURNING Contact(Id)" },
      answer: { searchRecords: [{ attributes: { type: "Contact" } }] },
    },
    get_record: {
      parameters: { object: "Account", id: acme, fields: ["Name", "Industry"] },
      answer: { Name: "Acme", Industry: "Energy" },
    },
    create_record: {
      parameters: { object: "Contact", fields: { LastName: "Two", Email: "two@customer.example" } },
      answer: { success: true },
      verify({ id }, { provider }) {
        if (!provider.records.some(({ fields }) => fields.Id === id)) throw new Error("the record is not there")
      },
    },
    update_record: {
      parameters: { object: "Account", id: acme, fields: { Phone: "+49 30 1" } },
      answer: { id: acme, success: true },
      verify(_answer, { provider }) {
        const record = provider.records.find(({ fields }) => fields.Id === acme)
        if (record?.fields.Phone !== "+49 30 1") throw new Error("the record did not change")
      },
    },
    describe_object: {
      parameters: { object: "Account" },
      answer: { name: "Account" },
      verify({ fields }) {
        if (!fields.some(({ name, type }) => name === "Id" && type === "id")) throw new Error("there is no id")
      },
    },
  },
  errors: [
    {
      when: "the query is none",
      operation: "query",
      parameters: { soql: "SELEKT 1" },
      code: "input_invalid",
      providerCode: "MALFORMED_QUERY",
    },
    {
      when: "a field does not exist",
      operation: "create_record",
      parameters: { object: "Account", fields: { Name: "A", Nonsense__c: 1 } },
      code: "input_invalid",
      providerCode: "INVALID_FIELD",
    },
    {
      when: "there is no such record",
      operation: "get_record",
      parameters: { object: "Account", id: "001Hs0000000999" },
      code: "resource_not_found",
      providerCode: "NOT_FOUND",
    },
    {
      when: "the org's requests of the day are used up",
      operation: "query",
      parameters: { soql: "SELECT Id FROM Account" },
      arrange: ({ faults }) =>
        faults.next({ on: "*", fault: { kind: "status", status: 403, body: apiError("REQUEST_LIMIT_EXCEEDED") } }),
      code: "rate_limited",
      providerCode: "REQUEST_LIMIT_EXCEEDED",
    },
    {
      when: "the person may not",
      operation: "update_record",
      parameters: { object: "Account", id: acme, fields: { Name: "B" } },
      arrange: ({ faults }) =>
        faults.next({
          on: "*",
          fault: { kind: "status", status: 400, body: apiError("INSUFFICIENT_ACCESS_OR_READONLY") },
        }),
      code: "forbidden",
      providerCode: "INSUFFICIENT_ACCESS_OR_READONLY",
    },
  ],
  unknownError: ({ faults }) =>
    faults.next({ on: "*", fault: { kind: "status", status: 400, body: apiError("holdfast_unheard_of") } }),
})

function apiError(errorCode: string) {
  return [{ message: "No.", errorCode }]
}
