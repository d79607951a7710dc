import type { Connector, KnownCause } from "@holdfast/core"
import type { ErrorCase } from "../error-corpus.js"
import { errorCorpusSuite } from "../error-corpus-suite.js"
import { acme } from "./acme-connector.js"

// Corpora and connectors with mistakes. Each must fail the tests that `error-corpus-proof.test.ts` names, and run in its own vitest.

const right: ErrorCase = {
  from: "https://acme.example/docs/errors",
  moment: "calling",
  status: 404,
  body: { error: "no_such_item" },
  code: "resource_not_found",
  cause: "resource_not_found",
  actor: "developer",
}
const seat: KnownCause = {
  codes: ["no_seat"],
  cause: "seat_missing",
  actor: "end_user",
  text: "The person has no seat.",
  advice: "Have an owner give them one.",
}

function broken(id: string, corpus: readonly ErrorCase[], change: Partial<Connector> = {}): void {
  errorCorpusSuite({ ...acme(), id: id as "acme", ...change } as Connector, corpus)
}

broken("misjudged", [{ ...right, code: "scope_missing", cause: "permission_missing" }])
broken("praised", [{ ...right, status: 200, body: { ok: true } }])
broken("unmet", [right], { causes: [seat] })
broken(
  "mumbling",
  [{ ...right, body: { error: "no_seat" }, code: "resource_not_found", cause: "seat_missing", actor: "end_user" }],
  {
    causes: [{ ...seat, text: "no seat" }],
  },
)
// Whatever it does not know is taken for the end of the grant.
broken("guessing", [right], { errors: { ...acme().errors, statuses: { 400: "grant_ended" } } })
broken(
  "renamed",
  [
    {
      ...right,
      status: 410,
      body: { error: "gone" },
      code: "reauth_required",
      cause: "grant_ended",
      actor: "end_user",
    },
  ],
  {
    errors: { ...acme().errors, codes: {}, statuses: { 410: "reauth_required" } },
  },
)
