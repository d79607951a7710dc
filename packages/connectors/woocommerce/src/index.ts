// https://woocommerce.github.io/woocommerce-rest-api-docs/
import { type Call, defineConnector } from "@holdfast/core"
import { z } from "zod"
import { causes } from "./causes.js"
import { authorizeShop, typedKeys } from "./methods.js"
import { operations } from "./operations.js"
import { webhooks } from "./webhooks.js"

/** @see https://woocommerce.github.io/woocommerce-rest-api-docs/#system-status-properties */
const systemStatus = z.looseObject({ environment: z.looseObject({ home_url: z.url(), version: z.string() }) })
const refusal = z.object({ code: z.string() })

const define = defineConnector(({ appName }: WoocommerceOptions) => ({
  id: "woocommerce",
  vendor: "woocommerce",
  name: "WooCommerce",
  category: "commerce",
  documentation: "https://woocommerce.github.io/woocommerce-rest-api-docs/",
  app: null,
  tokens: "none",
  shared: "tenant",
  methods: [authorizeShop(appName), typedKeys],

  api: {
    baseUrl: "{site}/wp-json/wc/v3",
    authorization: "Basic {consumer key}:{consumer secret}; without TLS OAuth 1.0a, HMAC-SHA256, in the query",
    hostIsChosen: true,
    plainHttp: "signed",
  },
  errors: {
    read({ status, body }) {
      const code = status < 400 ? undefined : refusal.safeParse(body).data?.code
      // Keys that are gone leave a request without a user, who may then do nothing; users who are there get 403.
      return status === 401 && code?.startsWith("woocommerce_rest_cannot_")
        ? "woocommerce_rest_authentication_error"
        : code
    },
    codes: {
      woocommerce_rest_authentication_error: "reauth_required",
      woocommerce_rest_cannot_view: "forbidden",
      woocommerce_rest_cannot_create: "forbidden",
      woocommerce_rest_cannot_edit: "forbidden",
      woocommerce_rest_cannot_delete: "forbidden",
      woocommerce_rest_shop_order_invalid_id: "resource_not_found",
      woocommerce_rest_product_invalid_id: "resource_not_found",
      woocommerce_rest_shop_webhook_invalid_id: "resource_not_found",
      product_invalid_sku: "input_invalid",
      rest_invalid_param: "input_invalid",
      rest_missing_callback_param: "input_invalid",
      rest_no_route: "resource_not_found",
    },
  },
  causes,

  // A shop has no id of its own: its address, as it says itself, is who it is.
  async identify({ http }, { input }) {
    const { environment } = await about(http)
    const { host, pathname } = new URL(environment.home_url)
    const place = host + (pathname === "/" ? "" : pathname.replace(/\/+$/, ""))
    return { id: place, label: place, data: { site: input?.site ?? "" } }
  },

  async check({ http }) {
    await about(http)
    return [
      { name: "token", ok: true },
      { name: "api", ok: true },
    ]
  },

  operations,
  webhooks,

  setup: {
    url: "https://woocommerce.com/document/woocommerce-rest-api/",
    steps: [
      "You need a shop with WooCommerce 3.5 or newer, permalinks other than “Plain”, and a user who manages it.",
      "The short way: choose “Connect with WooCommerce”, enter the shop's address, and approve on the page of your shop that follows.",
      "By hand: open WooCommerce, Settings, Advanced, REST API, add a key with the permission Read/Write, and enter both keys here.",
      "A shop without https works: requests are signed then, but what they say can be read on the way.",
    ],
  },
}))

/** What shops are told of you. */
export interface WoocommerceOptions {
  /** What shops call the keys that they make for this app. Default: the host of the callback address. */
  readonly appName?: string
}

export interface WoocommerceConnector extends ReturnType<typeof define> {}

/**
 * Orders and products of a WooCommerce shop, and what happens to them, with keys that the shop makes on its own page or that a person pastes. Addresses of shops are
 * typed by people, so Holdfast needs a guard (`nodeGuard` of `@holdfast/server/node`).
 * @see https://woocommerce.github.io/woocommerce-rest-api-docs/#rest-api-keys
 */
export const woocommerce: (options?: WoocommerceOptions) => WoocommerceConnector = define

function about(http: Call["http"]) {
  return http.get("/system_status", { query: { _fields: "environment" }, output: systemStatus })
}
