/** @see https://www.zoho.com/accounts/protocol/oauth/multi-dc.html https://www.zoho.com/books/api/v3/introduction/ */
export const centres = [
  { location: "us", accounts: "https://accounts.zoho.com", api: "https://www.zohoapis.com" },
  { location: "eu", accounts: "https://accounts.zoho.eu", api: "https://www.zohoapis.eu" },
  { location: "in", accounts: "https://accounts.zoho.in", api: "https://www.zohoapis.in" },
  { location: "au", accounts: "https://accounts.zoho.com.au", api: "https://www.zohoapis.com.au" },
  { location: "jp", accounts: "https://accounts.zoho.jp", api: "https://www.zohoapis.jp" },
  { location: "ca", accounts: "https://accounts.zohocloud.ca", api: "https://www.zohoapis.ca" },
  { location: "sa", accounts: "https://accounts.zoho.sa", api: "https://www.zohoapis.sa" },
  { location: "uk", accounts: "https://accounts.zoho.uk", api: "https://www.zohoapis.uk" },
] as const

export function centreAt(location: string): (typeof centres)[number] {
  const found = centres.find((one) => one.location === location)
  if (!found) throw new TypeError(`Zoho has no data centre ${location}`)
  return found
}
