// https://woocommerce.github.io/woocommerce-rest-api-docs/#authentication
import type { KnownCause } from "@holdfast/core"

/** What the codes of WooCommerce shops ask people to do. @see https://woocommerce.com/document/woocommerce-rest-api/ */
export const causes: readonly KnownCause[] = [
  {
    codes: ["woocommerce_rest_authentication_error"],
    cause: "keys_not_seen",
    actor: "end_user",
    text: "The shop does not know these keys: they were revoked, or its server drops the Authorization header on the way.",
    advice:
      "Look under WooCommerce, Settings, Advanced, REST API: if the keys are there, have the server hand the header on, else connect again.",
    link: "https://woocommerce.com/document/woocommerce-rest-api/",
  },
  {
    codes: [
      "woocommerce_rest_cannot_view",
      "woocommerce_rest_cannot_create",
      "woocommerce_rest_cannot_edit",
      "woocommerce_rest_cannot_delete",
    ],
    cause: "keys_may_not",
    actor: "end_user",
    text: "The user whose keys these are may not do that in the shop.",
    advice: "Connect with keys of a user who manages the shop, with the permission Read/Write.",
    link: "https://woocommerce.com/document/woocommerce-rest-api/",
  },
  {
    codes: ["rest_no_route"],
    cause: "api_not_there",
    actor: "end_user",
    text: "There is no WooCommerce API at this address: the plugin is off or too old, or the permalinks are “Plain”.",
    advice: "Switch WooCommerce on, and choose other permalinks than “Plain” under Settings, Permalinks.",
    link: "https://woocommerce.com/document/woocommerce-rest-api/",
  },
]
