import { createHmac } from "node:crypto"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import { Miniflare } from "miniflare"
import { expect, it } from "vitest"

/** Runs inside workerd: consent, exchange, a lost answer, and a signed delivery. */
const worker = `
  import { approve, authorizationServer, createEmulator, deliver, hmacSignature, pkceChallenge } from "./index.ts"
  const acme = () => createEmulator({
    name: "acme",
    origins: ["https://acme.example"],
    setup: (kit) => authorizationServer(kit, {
      authorizationEndpoint: "https://acme.example/authorize",
      tokenEndpoint: "https://acme.example/token",
      clients: [{ clientId: "app", redirectUris: ["https://app.example/callback"] }],
      accounts: [{ id: "U1", label: "First user", data: null }],
      refreshToken: { rotation: "single-use" },
    }),
  })
  const post = (emulator, fields) =>
    emulator.fetch("https://acme.example/token", { method: "POST", body: new URLSearchParams({ client_id: "app", ...fields }) })
  export default {
    async fetch() {
      const emulator = acme()
      const verifier = "v".repeat(43)
      const challenge = await pkceChallenge(verifier)
      const callback = await approve(emulator.fetch, "https://acme.example/authorize?response_type=code&client_id=app" +
        "&code_challenge_method=S256&code_challenge=" + challenge)
      const code = callback.searchParams.get("code")
      const tokens = await (await post(emulator, { grant_type: "authorization_code", code, code_verifier: verifier })).json()
      emulator.faults.next({ on: "token.refresh", fault: { kind: "drop_after" } })
      const lost = await post(emulator, { grant_type: "refresh_token", refresh_token: tokens.refresh_token })
        .then(() => "answered", (error) => error.cause.code)
      const signature = hmacSignature({ secret: "s", headers: { "x-signature": "{signature}" } })
      const delivered = await deliver({ body: { a: 1 } }, {
        url: "https://app.example/hook",
        handler: async (request) => new Response(request.headers.get("x-signature")),
      }, { signature, clock: emulator.clock })
      return Response.json({ lost, refreshes: emulator.counters.refreshes.issued, signature: await delivered.text() })
    },
  }
`

it("the kit runs in workerd", async () => {
  const bundle = await build({
    stdin: { contents: worker, resolveDir: fileURLToPath(new URL(".", import.meta.url)), loader: "ts" },
    bundle: true,
    format: "esm",
    write: false,
    platform: "neutral",
  })
  const miniflare = new Miniflare({
    modules: true,
    script: bundle.outputFiles[0]?.text ?? "",
    compatibilityDate: "2026-04-01",
    host: "127.0.0.1",
  })
  try {
    const answer = await miniflare.dispatchFetch("http://worker.example/")
    expect(await answer.json()).toEqual({
      lost: "ECONNRESET",
      refreshes: 1,
      signature: createHmac("sha256", "s").update('{"a":1}').digest("hex"),
    })
  } finally {
    await miniflare.dispose()
  }
})
