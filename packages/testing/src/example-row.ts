import type { ConnectionRow } from "@holdfast/core"

/** A row as it is given to `insert`. */
export type NewRow = Omit<ConnectionRow, "number" | "version">

/** A whole, plausible row; what a test is about is said in `overrides`. Rows of different ids are of different accounts. */
export function exampleRow(id: string, overrides: Partial<NewRow> = {}): NewRow {
  return {
    id,
    tenantId: "acme",
    userId: "ann",
    connector: "slack",
    method: "oauth",
    appId: "slack:123.456",
    accountKey: `account-of-${id}`,
    alias: null,
    keyId: "k1",
    status: "active",
    dueAt: null,
    generation: 1,
    lease: null,
    intents: {},
    sealed: { main: "sealed" },
    spares: {},
    detail: {
      name: "Acme",
      account: { id: `account-of-${id}`, label: "Acme" },
      slots: {
        main: {
          clock: { issuedAt: 1_000, expiresAt: 3_601_000, rotation: "single-use" },
          granted: ["chat:write"],
          status: "active",
          reason: null,
          providerCode: null,
          generation: 1,
          writtenBy: "attempt_1",
          retryAt: null,
          failures: 0,
        },
      },
      createdAt: 1_000,
      createdBy: "ann",
      requested: ["chat:write"],
      pendingEvents: [],
      attemptId: "attempt_1",
    },
    ...overrides,
  }
}

/** {@link exampleRow} with every optional part filled, awkward characters included. */
export function fullRow(id: string, overrides: Partial<NewRow> = {}): NewRow {
  const lease = { id: "lease_1", holder: "process-1", slot: "main", forMs: 10_000, beat: 3 }
  const intent = {
    id: "lease_1",
    digest: "digest",
    generation: 7,
    presentations: 2,
    journalled: true,
    shownAt: 1_763_700_000_123,
  }
  const plain = exampleRow(id)
  return {
    ...plain,
    alias: "Büro “Nord” 🗝️",
    dueAt: 1_763_700_000_123,
    generation: 7,
    lease,
    intents: { main: intent, user: { ...intent, journalled: false } },
    sealed: { main: "eyJ..a.b.c", user: "eyJ..d.e.f" },
    spares: { main: "eyJ..g.h.i" },
    detail: {
      ...plain.detail,
      name: 'O\'Brien \\ "100%" _x_ ; -- 株式会社 \u0001\n',
      account: {
        id: "T1",
        label: "ünï 🧵",
        email: "a@example.com",
        data: { shop: "acme.example", __proto_: "x" },
        kind: "test",
        pinned: false,
      },
      slots: {
        ...plain.detail.slots,
        user: {
          clock: { issuedAt: 0, expiresAt: "unknown", refreshExpiresAt: 9_007_199_254_740_991, rotation: "none" },
          granted: null,
          status: "needs_reauth",
          reason: "rotation_lost",
          providerCode: "invalid_grant",
          generation: 6,
          writtenBy: "lease_0",
          retryAt: 1_763_700_000_999,
          failures: 4,
        },
      },
      createdBy: null,
      pendingEvents: [{ id: "e1", type: "connection.degraded", at: 5, data: { nested: [1, null, true, { a: "b" }] } }],
      webhooks: {
        state: "made",
        subscriptions: [{ data: { id: "w1", topic: "orders/create" }, madeAt: 1_767_225_600_000 }],
        tries: 2,
      },
      use: { ...lease, id: "use_1" },
    },
    ...overrides,
  }
}
