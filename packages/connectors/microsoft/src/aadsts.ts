// https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes
import { z } from "zod"

/** The grant is over, or a person must sign in again before it works: nothing is gained by asking again. */
const grant = [
  50034, // there is no such user
  50057, // the user is disabled
  50076, // multi-factor authentication is asked for
  50078, // … and has expired
  50079, // … and has to be set up first
  50105, // the user is not assigned to the app
  50158, // an outside security challenge
  50173, // revoked: by a person, an administrator, or a new password
  53003, // blocked by Conditional Access
  65001, // consent was taken back, or never given
  70000, // the refresh token is not valid
  70008, // the refresh token or code has expired
  70043, // expired by the organisation's sign-in frequency
  90094, // an administrator has to consent
  90095, // the same, where people may ask for it
  700020, // interaction is required
  700082, // unused for too long
  700084, // of a single-page app: ends after 24 hours
]

/** The registration of the app is wrong; the connection is not. */
const client = [
  50194, // not multi-tenant, so /common is closed to it
  70001, // the app is disabled
  70002, // the secret does not match
  90002, // no such tenant
  700011, // the app is not in this directory
  700016, // the same
  700025, // a public client that sent a secret
  7000112, // the app is disabled
  7000215, // a wrong secret
  7000218, // no secret
  7000222, // the secret has expired
  9002332, // not for personal accounts
]

/** Not now. Refresh tokens stay usable, so asking again spends nothing. */
const later = [
  50033, // transient
  50087, // transient
  50196, // a loop: too many requests in too short a time, under the OAuth code of a dead grant
  70012, // a server error with personal accounts
  90006, // temporarily unavailable
  90012, // timed out
  90024, // transient
  90033, // the directory is not available
  90055, // the tenant is throttled
  90090, // temporarily unavailable
]

const known: ReadonlySet<number> = new Set([...grant, ...client, ...later])
const named = (numbers: readonly number[]) => numbers.map((number) => `AADSTS${number}`)

/** The tables as `oauth2` takes them, with the OAuth codes that stand in for every number that is not in them. */
export const tokenErrors = {
  grantErrors: [...named(grant), "interaction_required", "consent_required", "login_required"],
  clientErrors: [...named(client), "invalid_resource"],
  laterErrors: named(later),
} as const

const refusal = z.looseObject({
  error: z.string(),
  error_codes: z.array(z.number()).optional().catch(undefined),
})

/**
 * The code of a token endpoint's answer: the number, where it is a documented one, and else what OAuth calls it. Microsoft adds and
 * splits numbers at any time, and asks that programs go by `error`.
 */
export function tokenErrorCode({ status, body }: { status: number; body: unknown }): string | undefined {
  const said = refusal.safeParse(body).data
  if (!said || status < 400) return said?.error
  const number = said.error_codes?.find((one) => known.has(one))
  return number === undefined ? said.error : `AADSTS${number}`
}

/** The number in front of a callback's `error_description`, which has no field of its own there. */
export function callbackErrorCode(description: string | null): string | undefined {
  return /^(AADSTS\d{4,9}):/.exec(description ?? "")?.[1]
}

/** What only an administrator of the person's organisation can put right. */
export const needsAdministrator: ReadonlySet<string> = new Set(named([65001, 90093, 90094, 90095]))
