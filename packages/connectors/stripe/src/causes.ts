// https://docs.stripe.com/error-codes
import type { KnownCause } from "@holdfast/core"

const keys = "https://dashboard.stripe.com/apikeys"

/** What Stripe's codes ask people to do. @see https://docs.stripe.com/error-codes https://docs.stripe.com/connect/oauth-reference */
export const causes: readonly KnownCause[] = [
  {
    codes: ["account_invalid"],
    cause: "account_unlinked",
    actor: "end_user",
    text: "The account has ended its link with the platform, or is closed.",
    advice: "Link the account again, or give this connection up.",
    link: "https://docs.stripe.com/connect/oauth-standard-accounts",
  },
  {
    codes: ["api_key_expired"],
    cause: "key_rolled",
    actor: "end_user",
    text: "The key was rolled or has expired.",
    advice: "Copy the current key from “Developers”, “API keys” in Stripe's Dashboard, and connect again with it.",
    link: keys,
  },
  {
    codes: ["platform_api_key_expired"],
    cause: "platform_key_ended",
    actor: "developer",
    text: "The platform's key has ended: it was rolled, or the account has ended its link with the platform.",
    advice: "Save the current secret key of the platform; if it is the current one, have the account linked again.",
    link: keys,
  },
  {
    codes: ["secret_key_required"],
    cause: "publishable_key",
    actor: "end_user",
    text: "This is a publishable key (pk_…), which may not call the API.",
    advice: "Connect again with the secret key or a restricted one, which begin with sk_ or rk_.",
    link: keys,
  },
  {
    codes: ["testmode_charges_only"],
    cause: "account_not_activated",
    actor: "end_user",
    text: "The account is not activated yet, so it takes no real payments.",
    advice: "Have its owner finish the activation in Stripe's Dashboard, or use keys of test mode.",
    link: "https://dashboard.stripe.com/account/onboarding",
  },
  {
    codes: ["invalid_client"],
    cause: "platform_keys_do_not_fit",
    actor: "developer",
    text: "The client ID and the secret key are not of the same platform, or one is for test mode and the other for live mode.",
    advice: "Copy both again in the same mode: the client ID from “Settings”, “Connect”, the key from “API keys”.",
    link: "https://dashboard.stripe.com/settings/connect",
  },
  {
    codes: ["card_declined", "generic_decline", "insufficient_funds", "expired_card", "lost_card", "stolen_card"],
    cause: "card_declined",
    actor: "end_user",
    text: "The bank of the person who pays has declined the card.",
    advice: "Have that person use another card, or ask their bank.",
    link: "https://docs.stripe.com/declines/codes",
  },
]
