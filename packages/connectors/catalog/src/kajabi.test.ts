import { connectorSuite, connectorWorld } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { createKajabiEmulator, type KajabiEmulator, kajabiKeys } from "./kajabi.emulator.js"
import { type KajabiConnector, kajabi } from "./kajabi.js"

connectorSuite<KajabiConnector, undefined, KajabiEmulator>(kajabi, {
  emulator: () => createKajabiEmulator(),
  methods: {
    client_credentials: {
      values: kajabiKeys.first,
      account: { id: "6001", label: "First Person", email: "first@kajabi.example" },
      another: { values: kajabiKeys.second },
      withdraw: ({ provider }) => provider.rotateKey(kajabiKeys.first.client_id),
      refused: [{ values: { ...kajabiKeys.first, client_secret: "wrong" }, code: "credential_invalid" }],
    },
  },
  operations: {
    list_sites: { answer: { data: [{ id: "7001", type: "sites" }] } },
    list_contacts: { parameters: { site_id: "7001", page_size: 1, page: 2 }, answer: { data: [{ id: "8002" }] } },
    create_contact: {
      parameters: { site_id: "7001", email: "three@contact.example", name: "Three" },
      answer: { id: "8003", type: "contacts" },
    },
  },
  errors: [
    {
      when: "there is no such site",
      operation: "create_contact",
      parameters: { site_id: "1", email: "three@contact.example" },
      code: "input_invalid",
    },
  ],
  unknownError: ({ faults }) =>
    faults.next({
      on: "*",
      fault: { kind: "status", status: 409, body: { errors: [{ status: "409", code: "holdfast_unheard_of" }] } },
    }),
})

const world = () => connectorWorld({ connectors: [kajabi()], emulator: createKajabiEmulator() })

describe("keys (quirk 38)", () => {
  it("are another pair than the one that Zapier is given, which is refused", async () => {
    const { begin } = world()
    const { step } = await begin({ values: kajabiKeys.zapier })
    expect(step).toMatchObject({ kind: "form", error: { code: "credential_invalid", field: "client_secret" } })
    expect(JSON.stringify(step)).toContain("Zapier")
  })

  it("bring the next token by themselves, and the refresh token that comes too is not needed", async () => {
    const { connect, emulator } = world()
    const connection = await connect({ values: kajabiKeys.first })
    expect(JSON.stringify(await connection.unsafe.secret())).not.toContain("nobody-needs")
    emulator.clock.advance(7_201_000)
    const ids: string[] = []
    for await (const { id } of connection.paginate("list_contacts", { page_size: 1 })) ids.push(id)
    expect(ids).toEqual(["8001", "8002"])
    expect(emulator.counters.tokensIssued).toEqual({ client_credentials: 2 })
  })
})
