// https://shopify.dev/docs/api/usage/response-codes
import type { KnownCause } from "@holdfast/core"

/** What Shopify's refusals ask people to do. @see https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/offline-access-tokens */
export const causes: readonly KnownCause[] = [
  {
    codes: ["payment_required"],
    cause: "shop_frozen_or_plan_too_small",
    actor: "end_user",
    text: "The shop is frozen because it owes money, or its plan does not have what was asked for.",
    advice: "Have the owner log in to the shop's admin and pay what is open, or choose a plan that has it.",
    link: "https://shopify.dev/docs/api/usage/response-codes",
  },
  {
    codes: ["locked"],
    cause: "shop_locked",
    actor: "end_user",
    text: "Shopify has locked the shop: it exceeded its limits again and again, or something is wrong with the account.",
    advice: "Have the owner ask Shopify's support.",
    link: "https://shopify.dev/docs/api/usage/response-codes",
  },
  {
    codes: ["invalid_grant"],
    when: ["refreshing"],
    cause: "app_uninstalled_or_superseded",
    actor: "end_user",
    text: "The refresh token is no longer active: the app was uninstalled, newer tokens replaced it, or it went unused for 90 days.",
    advice: "Connect the shop again; if another program asks for tokens of the same app and shop, stop it.",
    link: "https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/offline-access-tokens",
  },
  {
    codes: ["invalid_client", "application_cannot_be_found"],
    cause: "app_credentials_wrong",
    actor: "developer",
    text: "Shopify does not know this client ID, or the client secret is not its own.",
    advice: "Copy both again from “Settings” of the app in the Dev Dashboard, and save them.",
    link: "https://dev.shopify.com/dashboard",
  },
]
