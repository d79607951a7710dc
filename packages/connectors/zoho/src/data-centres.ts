import { HoldfastError } from "@holdfast/core"

/** Where one data centre's accounts and API are, and the field of the app that holds its own client secret. */
export interface DataCentre {
  /** As the callback's `location` names it. */
  readonly location: string
  /** Behind `https://accounts.`. */
  readonly accountsDomain: string
  /** Behind `https://www.`. */
  readonly apiDomain: string
  readonly secretField: string
}

/**
 * Zoho's own list.
 * @see https://www.zoho.com/accounts/protocol/oauth/multi-dc.html https://www.zoho.com/books/api/v3/introduction/
 */
export const dataCentres = [
  { location: "us", accountsDomain: "zoho.com", apiDomain: "zohoapis.com", secretField: "clientSecret" },
  { location: "eu", accountsDomain: "zoho.eu", apiDomain: "zohoapis.eu", secretField: "clientSecretEu" },
  { location: "in", accountsDomain: "zoho.in", apiDomain: "zohoapis.in", secretField: "clientSecretIn" },
  { location: "au", accountsDomain: "zoho.com.au", apiDomain: "zohoapis.com.au", secretField: "clientSecretAu" },
  { location: "jp", accountsDomain: "zoho.jp", apiDomain: "zohoapis.jp", secretField: "clientSecretJp" },
  { location: "ca", accountsDomain: "zohocloud.ca", apiDomain: "zohoapis.ca", secretField: "clientSecretCa" },
  { location: "sa", accountsDomain: "zoho.sa", apiDomain: "zohoapis.sa", secretField: "clientSecretSa" },
  { location: "uk", accountsDomain: "zoho.uk", apiDomain: "zohoapis.uk", secretField: "clientSecretUk" },
] as const satisfies readonly DataCentre[]

export type Location = (typeof dataCentres)[number]["location"]

export function dataCentreAt(location: string | undefined): DataCentre | undefined {
  return dataCentres.find((one) => one.location === location)
}

/**
 * The data centre that a callback names, by `accounts-server` and `location`. The browser brings both, and the client secret goes where
 * they say: whatever is not on Zoho's list, or does not fit together, is refused.
 * @throws HoldfastError `state_mismatch`
 */
export function dataCentreOf(callback: Readonly<Record<string, string>>, fallback: DataCentre): DataCentre {
  const { location, "accounts-server": server } = callback
  if (location === undefined && server === undefined) return fallback
  const found = dataCentres.find(
    (one) =>
      (server === undefined || server === `https://accounts.${one.accountsDomain}`) &&
      (location === undefined || location === one.location),
  )
  if (found) return found
  throw new HoldfastError("state_mismatch", "The callback names no data centre of Zoho's.", {
    details: { connector: "zoho-books", reason: "data_centre_unknown" },
  })
}

/**
 * The domain of the API that a token answer names.
 * @throws HoldfastError `response_invalid` for one that is not on Zoho's list
 */
export function apiDomainOf(address: unknown): string {
  const found = dataCentres.find(({ apiDomain }) => address === `https://www.${apiDomain}`)
  if (found) return found.apiDomain
  throw new HoldfastError("response_invalid", "Zoho named an API domain that is not one of its own.")
}
