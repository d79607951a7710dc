// https://developer.wordpress.org/rest-api/
import { defineConnector, type ErrorMeaning } from "@holdfast/core"
import { z } from "zod"
import { causes } from "./causes.js"
import { applicationPassword, authorizeApplication } from "./methods.js"
import { operations } from "./operations.js"
import { restUrl } from "./site.js"

/** @see https://developer.wordpress.org/rest-api/reference/users/ */
const me = z.looseObject({ id: z.number(), name: z.string(), email: z.string().nullish() })

const refusal = z.object({ code: z.string() })

const define = defineConnector(({ appName }: WordpressOptions) => ({
  id: "wordpress",
  vendor: "wordpress",
  name: "WordPress",
  category: "websites",
  documentation: "https://developer.wordpress.org/rest-api/",
  app: null,
  tokens: "none",
  methods: [applicationPassword, authorizeApplication(appName)],

  api: { baseUrl: "{site}", authorization: "Basic {username}:{application password}", hostIsChosen: true },
  errors: {
    read({ status, body }) {
      const code = status < 400 ? undefined : refusal.safeParse(body).data?.code
      // Whatever it was that needed a user: there is none. Some servers drop the header before WordPress sees it.
      return status === 401 && code?.startsWith("rest_") ? "rest_not_logged_in" : code
    },
    codes: errorCodes(),
  },
  causes,

  async identify({ http }, { input = {} }) {
    const { site = "", restRoot = "", username = "" } = input
    const { id, name, email } = await http.get(restUrl(restRoot, "/wp/v2/users/me"), {
      query: { context: "edit" },
      output: me,
    })
    const { host, pathname } = new URL(site)
    const place = host + (pathname === "/" ? "" : pathname)
    return {
      id: `${place}:${id}`,
      label: `${name} (${place})`,
      ...(email && { email }),
      data: { site, restRoot, username, userId: String(id) },
    }
  },

  async check({ http, account }) {
    const address = restUrl(account?.data?.restRoot ?? "", "/wp/v2/users/me")
    await http.get(address, { query: { context: "edit" }, output: me })
    return [
      { name: "token", ok: true },
      { name: "api", ok: true },
    ]
  },

  operations,

  setup: {
    url: "https://wordpress.org/documentation/article/application-passwords/",
    steps: [
      "You need a self-hosted WordPress 5.6 or newer with https, and a user who may do what you want done. Sites at WordPress.com connect by OAuth instead.",
      "The short way: choose “Connect with WordPress”, enter the site's address, and approve on the page of your site that follows.",
      "By hand: log in to your site's /wp-admin, open “Users”, “Profile”, and go down to “Application Passwords”.",
      "Enter a name for this app and choose “Add New Application Password”.",
      "Copy the password at once: it is shown only this time. Blanks in it do not matter.",
      "Connect here with the site's address, your user name, and that password.",
    ],
  },
}))

/** What the connector asks for. */
export interface WordpressOptions {
  /** What sites call the password that they make for this app. Default: the host of the callback address. */
  readonly appName?: string
}

export interface WordpressConnector extends ReturnType<typeof define> {}

/**
 * WordPress, self-hosted, by application passwords: typed, or made by the site itself. One connection for each user of a site. Addresses of
 * sites are typed by people, so Holdfast needs a guard (`nodeGuard` of `@holdfast/server/node`).
 * @see https://make.wordpress.org/core/2020/11/05/application-passwords-integration-guide/
 */
export const wordpress: (options?: WordpressOptions) => WordpressConnector = define

/** Roles decide what a user may do; a connection cannot be given more than its user has. */
function errorCodes(): Record<string, ErrorMeaning> {
  const meanings: Partial<Record<ErrorMeaning, readonly string[]>> = {
    token_expired: [
      "incorrect_password",
      "invalid_username",
      "invalid_email",
      "application_passwords_disabled",
      "application_passwords_disabled_for_user",
      "rest_not_logged_in",
    ],
    scope_missing: [
      "rest_forbidden",
      "rest_forbidden_context",
      "rest_forbidden_param",
      "rest_forbidden_status",
      "rest_cannot_create",
      "rest_cannot_edit",
      "rest_cannot_edit_others",
      "rest_cannot_publish",
      "rest_cannot_read",
      "rest_cannot_delete",
      "rest_cannot_assign_sticky",
      "rest_cannot_assign_term",
      "rest_user_cannot_view",
    ],
    resource_not_found: [
      "rest_post_invalid_id",
      "rest_comment_invalid_id",
      "rest_comment_invalid_post_id",
      "rest_user_invalid_id",
      "rest_term_invalid",
      "rest_no_route",
    ],
    input_invalid: [
      "rest_invalid_param",
      "rest_missing_callback_param",
      "rest_invalid_json",
      "rest_post_invalid_page_number",
      "rest_comment_invalid_page_number",
      "rest_invalid_author",
      "rest_invalid_featured_media",
      "empty_content",
    ],
    provider_unavailable: ["internal_server_error", "db_insert_error", "db_update_error"],
  }
  return Object.fromEntries(
    Object.entries(meanings).flatMap(([meaning, codes]) => codes.map((code) => [code, meaning as ErrorMeaning])),
  )
}
