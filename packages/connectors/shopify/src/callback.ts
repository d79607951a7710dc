import { type Context, HoldfastError, hmac, type Input, isSameText } from "@holdfast/core"

/**
 * Proves that a callback is Shopify's and about the shop that was started with. Shopify signs all parameters but `hmac` itself, sorted, in
 * the form in which they travel, with the app's client secret.
 * @throws HoldfastError `state_mismatch` with `details.reason` `invalid_hmac` or `other_shop`; nothing was asked of Shopify by then
 * @see https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/authorization-code-grant
 */
export async function verifyCallback(
  { app, attempt }: Context,
  { url }: Extract<Input, { from: "callback" }>,
): Promise<void> {
  const { searchParams } = new URL(url)
  const [signature = "", ...others] = searchParams.getAll("hmac")
  const expected = await hmac("SHA-256", app?.fields.clientSecret ?? "", [signedPart(url)], "hex")
  if (others.length > 0 || !isSameText(signature, expected)) {
    throw refused("invalid_hmac", "The callback is not signed with the app's client secret: save the current one.")
  }
  const shops = searchParams.getAll("shop")
  if (shops.length !== 1 || shops[0] !== `${attempt?.input.shop}.myshopify.com`) {
    throw refused("other_shop", "Shopify answered for another shop than the one that was typed.")
  }
}

function signedPart(url: string): string {
  const query = /\?([^#]*)/.exec(url)?.[1] ?? ""
  const pairs = query.split("&").filter((pair) => pair !== "" && !/^(?:hmac|signature)=/.test(pair))
  return pairs.toSorted().join("&")
}

function refused(reason: string, message: string): HoldfastError {
  return new HoldfastError("state_mismatch", message, { details: { connector: "shopify", reason } })
}
