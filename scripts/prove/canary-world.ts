import { randomBytes } from "node:crypto"
import { join } from "node:path"
import {
  apiKey,
  basic,
  createHoldfast,
  keyring,
  type Owner,
  oauth2,
  systemCipher,
  systemRuntime,
} from "../../packages/core/src/index.js"
import { hmacSignature } from "../../packages/emulator/src/index.js"
import { createHandler } from "../../packages/server/src/index.js"
import { fileJournal } from "../../packages/store-sql/src/journal.js"
import { sqliteStore } from "../../packages/store-sql/src/sqlite.js"
import { acme } from "../../packages/testing/src/acme/acme-connector.js"
import { acmeEmulator } from "../../packages/testing/src/acme/acme-emulator.js"
import { createBrowser } from "../../packages/testing/src/handler/browser.js"
import type { Capture } from "./canary-capture.js"
import { createSaboteur } from "./canary-saboteur.js"
import { gate } from "./kill-seams.js"
import { movingTime } from "./kill-time.js"

export const origin = "https://app.example"
export const mount = `${origin}/api/integrations`
export const ada: Owner = { tenantId: "t1", userId: "ada" }
export const admin: Owner = { tenantId: "t1", userId: "root", admin: true }

// Letters that every spelling writes in a way of its own.
const awkward = (name: string) => `${name} "&+/%é=${randomBytes(12).toString("base64url")}`

/** The secrets that are there from the start. Those that are handed out later are planted as they come by. */
function plantedSecrets(capture: Capture) {
  const planted = (name: string, value: string) => {
    capture.plant(value, name)
    return value
  }
  const keyBytes = randomBytes(32)
  capture.plantBytes(keyBytes, "keyring key")
  const hidden = randomBytes(32)
  return {
    clientSecret: planted("client secret", awkward("client")),
    signingSecret: planted("webhook signing secret", awkward("signing")),
    apiKey: planted("API key", `key-${randomBytes(18).toString("hex")}`),
    wrongApiKey: planted("API key that is refused", `key-${randomBytes(18).toString("hex")}`),
    password: planted("password", awkward("pass")),
    wrongPassword: planted("password that is refused", awkward("wrong")),
    ring: `k1:${keyBytes.toString("base64url")}`,
    otherRing: `k1:${planted("another keyring key", hidden.toString("base64url"))}`,
  }
}

/** An application with a browser before it and a provider behind it, all of it captured. */
export function canaryWorld(folder: string, capture: Capture) {
  const secrets = plantedSecrets(capture)
  const provider = acmeEmulator(`${mount}/oauth/callback/acme`)
  const { clientSecret, signingSecret } = secrets
  provider.provider.oauth.registerClient({
    clientId: "acme-app",
    clientSecret,
    redirectUris: [`${mount}/oauth/callback/acme`],
  })
  provider.provider.keys.set(secrets.apiKey, "U1")
  provider.provider.keys.set(secrets.password, "U2")
  const saboteur = createSaboteur(async (request) =>
    noted(await provider.fetch(withPassword(request)), request, capture),
  )
  const passing = gate(() => {})
  const time = movingTime(provider.clock, passing.underWay)
  const path = join(folder, "holdfast.db")
  const journal = capture.journal(fileJournal(join(folder, "journal")))

  function open(ring = secrets.ring) {
    const store = sqliteStore(path, { now: time.clock.now })
    const { fetch, digest, ...seams } = passing.through({
      store,
      journal,
      cipher: systemCipher(),
      fetch: capture.fetch(saboteur.fetch),
      digest: systemRuntime().digest,
    })
    const holdfast = createHoldfast({
      url: mount,
      connectors: [connector()],
      keys: keyring(ring),
      env: {},
      logger: capture.logger,
      returnUrls: [`${origin}/done`],
      runtime: { clock: time.clock, timers: time.timers, fetch, digest },
      ...seams,
    })
    holdfast.onLifecycle((event) => capture.event(event))
    const close = async () => {
      await time.settle(holdfast.close())
      store.close()
    }
    return { holdfast, store, close }
  }

  const opened = open()
  const background: Promise<void>[] = []
  const handler = createHandler(opened.holdfast, {
    owner: (request) => {
      const said = request.headers.get("x-test-owner")
      return said === null ? null : (JSON.parse(said) as Owner)
    },
    onError: (error) => capture.error(error),
    waitUntil: (work) => void background.push(work),
  })
  const send = capture.send(async (request) => {
    const answer = await time.settle(handler(request))
    await time.settle(Promise.all(background.splice(0)))
    const location = answer.headers.get("location")
    if (location !== null) capture.url(location)
    return answer
  })
  return {
    ...opened,
    secrets,
    provider,
    saboteur,
    time,
    open,
    send,
    signature: hmacSignature({
      secret: signingSecret,
      signed: "{timestamp}.{body}",
      headers: { "x-acme-signature": "{signature}", "x-acme-timestamp": "{timestamp}" },
    }),
    browser: (owner: Owner | null = ada) =>
      createBrowser(send, { origin, ...(owner && { owner: JSON.stringify(owner) }) }),
  }

  /** The provider takes a password as it takes a key. */
  function withPassword(request: Request): Request {
    const basic = /^Basic (.+)$/.exec(request.headers.get("authorization") ?? "")?.[1]
    if (basic === undefined || !request.url.startsWith("https://api.")) return request
    const [, password = ""] = Buffer.from(basic, "base64").toString("utf8").split(/:(.*)/s)
    const headers = new Headers(request.headers)
    headers.delete("authorization")
    headers.set("x-acme-key", password === secrets.password ? secrets.apiKey : "none")
    return new Request(request, { headers })
  }
}
export type CanaryWorld = ReturnType<typeof canaryWorld>

/** Made as anybody's is: with an app that an admin saves, and three ways to connect. */
function connector() {
  const described = acme()
  return {
    ...described,
    methods: [
      oauth2({
        authorizationEndpoint: "https://acme.example/oauth/authorize",
        tokenEndpoint: "https://acme.example/oauth/token",
        revocationEndpoint: "https://acme.example/oauth/revoke",
        scopes: ["items:read", "items:write"],
        policy: { rotation: "single-use", revokes: "token", accessTokenSeconds: 3_600 },
      }),
      apiKey({
        fields: [{ name: "key", label: "Key", type: "password" }],
        authorize: (request, { key }) => request.headers.set("x-acme-key", key ?? ""),
      }),
      basic({
        fields: [
          { name: "username", label: "User", type: "text" },
          { name: "password", label: "Password", type: "password" },
        ],
      }),
    ],
  }
}

/** Plants what the provider hands out, and what it is shown once. */
async function noted(answer: Response, request: Request, capture: Capture): Promise<Response> {
  if (new URL(request.url).pathname !== "/oauth/token") return answer
  const body: unknown = await answer
    .clone()
    .json()
    .catch(() => undefined)
  for (const name of ["access_token", "refresh_token"] as const) {
    const value = (body as Record<string, unknown> | undefined)?.[name]
    if (typeof value === "string") capture.plant(value, name.replace("_", " "))
  }
  return answer
}
