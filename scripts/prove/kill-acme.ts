import {
  createHoldfast,
  type HoldfastOptions,
  keyring,
  type OAuth2Options,
  oauth2,
} from "../../packages/core/src/index.js"
import { acme } from "../../packages/testing/src/acme/acme-connector.js"

/** How the connector's provider is told to behave, and its method with it. */
export interface Manner {
  /** The person is asked for one of two sites once consent was given: the grant waits in the attempt. */
  readonly asks?: true
  /** Consenting again ends what was granted before. */
  readonly reconsentKills?: true
}

export const owner = { tenantId: "t1", userId: "ada" }
export const browser = "the browser of ada"
const url = "https://app.example/api/integrations"
export const redirectUri = `${url}/oauth/callback/acme`
export const app = { clientId: "acme-app", clientSecret: "acme-secret-1", signingSecret: "acme-signing-1" }

const key = (id: string, letter: string) => `${id}:${letter.repeat(43)}`
/** Keys before, during and behind a rotation. */
export const rings = {
  old: key("k1", "A"),
  both: `${key("k2", "E")},${key("k1", "A")}`,
  new: key("k2", "E"),
} as const
export type RingName = keyof typeof rings

/** A Holdfast as each process of a run has it: one connector, its refresh tokens good for one use. */
export function openHoldfast(
  manner: Manner,
  options: Omit<HoldfastOptions, "url" | "connectors" | "keys"> & { readonly ring: RingName },
) {
  const { ring, ...rest } = options
  const connector = acme(app)
  return createHoldfast({
    url,
    connectors: [{ ...connector, methods: [oauth2(methodOf(manner))] }],
    keys: keyring(rings[ring]),
    ...rest,
  })
}

function methodOf({ asks, reconsentKills }: Manner): OAuth2Options {
  return {
    authorizationEndpoint: "https://acme.example/oauth/authorize",
    tokenEndpoint: "https://acme.example/oauth/token",
    revocationEndpoint: "https://acme.example/oauth/revoke",
    scopes: ["items:read", "items:write"],
    policy: {
      rotation: "single-use",
      reuse: "revokes-family",
      revokes: "token",
      reconsent: reconsentKills ? "kills" : "keeps",
      accessTokenSeconds: 3_600,
    },
    ...(asks && {
      choose: {
        id: "site",
        title: "Which site?",
        field: { name: "site", label: "Site" },
        options: async () => [
          { value: "first", label: "First" },
          { value: "second", label: "Second" },
        ],
      },
    }),
  }
}
