// https://plaid.com/docs/errors/
import type { KnownCause } from "@holdfast/core"

const keys = "https://dashboard.plaid.com/developers/keys"
const item = (code: string) => `https://plaid.com/docs/errors/item/#${code}`
const input = (code: string) => `https://plaid.com/docs/errors/invalid-input/#${code}`

/** What Plaid's codes ask people to do. @see https://plaid.com/docs/errors/ */
export const causes: readonly KnownCause[] = [
  {
    codes: ["ITEM_LOGIN_REQUIRED"],
    cause: "bank_wants_the_person",
    actor: "end_user",
    text: "The bank wants the person again: a password or second factor has changed, or the consent has run out.",
    advice: "Reconnect: Plaid mends the same login, and nothing that was read of it is lost.",
    link: item("item_login_required"),
  },
  {
    codes: ["ITEM_NOT_FOUND", "INVALID_ACCESS_TOKEN"],
    cause: "item_removed",
    actor: "end_user",
    text: "Plaid has this login no more: it was removed, or belongs to another environment than the app's keys.",
    advice: "Connect the bank anew; if every bank says so, compare the environment in the settings.",
    link: item("item_not_found"),
  },
  {
    codes: ["USER_PERMISSION_REVOKED"],
    cause: "permission_taken_back",
    actor: "end_user",
    text: "The person has taken the permission back, at Plaid's portal or at the bank.",
    advice: "Connect the bank again, if the person wants that.",
    link: input("user_permission_revoked"),
  },
  {
    codes: ["ITEM_LOCKED"],
    cause: "bank_account_locked",
    actor: "end_user",
    text: "The bank has locked the person's login, mostly after wrong passwords.",
    advice: "Have the person unlock it at the bank, then reconnect.",
    link: item("item_locked"),
  },
  {
    codes: ["ACCESS_NOT_GRANTED", "ADDITIONAL_CONSENT_REQUIRED"],
    cause: "product_not_consented",
    actor: "end_user",
    text: "The person has not agreed to share what this product of Plaid's needs.",
    advice: "Reconnect, and tick all that Plaid and the bank ask for.",
    link: item("access_not_granted"),
  },
  {
    codes: ["PRODUCTS_NOT_SUPPORTED"],
    cause: "bank_lacks_the_product",
    actor: "developer",
    text: "The bank, or this kind of account at it, does not have what the product needs.",
    advice: "Ask Plaid's /item/get for the products of this login, and do without the others.",
    link: item("products_not_supported"),
  },
  {
    codes: ["INVALID_API_KEYS"],
    cause: "app_keys_wrong",
    actor: "developer",
    text: "Plaid does not know this client_id and secret, or the secret is another environment's.",
    advice: "Copy both again under “Developers”, “Keys”, and compare the environment in the settings.",
    link: keys,
  },
  {
    codes: ["UNAUTHORIZED_ENVIRONMENT"],
    cause: "environment_not_approved",
    actor: "developer",
    text: "The team may not use this environment of Plaid's yet.",
    advice: "Ask for production access in Plaid's dashboard, or set the environment to sandbox.",
    link: input("unauthorized_environment"),
  },
  {
    codes: ["INVALID_PRODUCT", "UNAUTHORIZED_ROUTE_ACCESS"],
    cause: "product_not_approved",
    actor: "developer",
    text: "The team has not been approved for this product of Plaid's.",
    advice: "Ask for the product in Plaid's dashboard, or leave it out of `products`.",
    link: input("invalid_product"),
  },
  {
    codes: ["INSTITUTION_DOWN", "INSTITUTION_NOT_RESPONDING", "INSTITUTION_NOT_AVAILABLE"],
    cause: "bank_down",
    actor: "provider",
    text: "The bank does not answer Plaid at the moment.",
    advice: "Wait; Plaid's dashboard shows how the bank is doing.",
    link: "https://dashboard.plaid.com/activity/status",
  },
  {
    codes: ["PRODUCT_NOT_READY"],
    cause: "data_not_ready",
    actor: "provider",
    text: "Plaid is still fetching this login's data from the bank.",
    advice: "Wait for the event that says that it is there, or try again in some minutes.",
    link: item("product_not_ready"),
  },
]
