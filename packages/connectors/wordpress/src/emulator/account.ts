import { json } from "@holdfast/emulator"
import type { ApplicationPassword } from "./passwords.js"
import { type Endpoint, failure, type RestCall } from "./rest.js"
import type { Site, WordpressUser } from "./site.js"

/**
 * Who is there, and the application passwords that they have.
 * @see https://developer.wordpress.org/rest-api/reference/users/
 * @see https://developer.wordpress.org/rest-api/reference/application-passwords/
 */
export const accountEndpoints: readonly Endpoint[] = [
  { method: "GET", route: "/wp/v2/users/me", answer: loggedIn(showMe) },
  { method: "GET", route: "/wp/v2/users/me/application-passwords", answer: loggedIn(listPasswords) },
  {
    method: "GET",
    route: "/wp/v2/users/me/application-passwords/introspect",
    answer: loggedIn(introspect),
  },
  {
    method: "DELETE",
    route: "/wp/v2/users/me/application-passwords/(?P<uuid>[\\w\\-]+)",
    answer: loggedIn(removePassword),
  },
]

function loggedIn(answer: (rest: RestCall, user: WordpressUser) => Response): Endpoint["answer"] {
  return (rest) =>
    rest.user ? answer(rest, rest.user) : failure(401, "rest_not_logged_in", "You are not currently logged in.")
}

function showMe({ site, query }: RestCall, user: WordpressUser): Response {
  const { id, login, name, email, role } = user
  const shown = { id, name, url: "", description: "", link: `${site.home}/author/${login}/`, slug: login }
  if (query.get("context") !== "edit") return json(shown)
  return json({ ...shown, username: login, email, roles: [role], locale: "en_US", nickname: name })
}

function listPasswords({ passwords }: RestCall, user: WordpressUser): Response {
  return json(passwords.of(user).map(passwordResource))
}

function introspect({ passwords, uuid }: RestCall, user: WordpressUser): Response {
  const found = passwords.of(user).find((one) => one.uuid === uuid)
  if (!found) return failure(404, "rest_no_authenticated_app_password", "Cannot introspect application password.")
  return json(passwordResource(found))
}

function removePassword({ call, passwords, ids: [uuid = ""] }: RestCall, user: WordpressUser): Response {
  const removed = passwords.remove(user, uuid)
  if (!removed) return failure(404, "rest_application_password_not_found", "Application password not found.")
  call.note({ grantId: removed.uuid })
  return json({ deleted: true, previous: passwordResource(removed) })
}

function passwordResource({ uuid, appId, name, createdAt }: ApplicationPassword): object {
  const created = new Date(createdAt).toISOString().slice(0, 19)
  return { uuid, app_id: appId, name, created, last_used: null, last_ip: null }
}

/**
 * The index of the REST API, by which clients find their way. An empty PHP array is `[]` in JSON.
 * @see https://developer.wordpress.org/rest-api/discovery/
 */
export function indexEndpoint(site: Site, endpoints: readonly Endpoint[]): Endpoint {
  const authorization = `${site.siteUrl}/wp-admin/authorize-application.php`
  const index: Readonly<Record<string, unknown>> = {
    name: site.name,
    description: "Just another WordPress site",
    url: site.siteUrl,
    home: site.home,
    gmt_offset: "0",
    timezone_string: "",
    namespaces: ["oembed/1.0", "wp/v2", "wp-site-health/v1", "wp-block-editor/v1"],
    authentication: site.hasApplicationPasswords ? { "application-passwords": { endpoints: { authorization } } } : [],
    routes: routesOf(endpoints),
  }
  return {
    method: "GET",
    route: "/",
    answer({ query }) {
      const fields = query.get("_fields")?.split(",")
      return json(fields ? Object.fromEntries(Object.entries(index).filter(([name]) => fields.includes(name))) : index)
    },
  }
}

function routesOf(endpoints: readonly Endpoint[]): object {
  const routes = [...new Set(endpoints.map(({ route }) => route))]
  return Object.fromEntries(
    routes.map((route) => {
      const methods = endpoints.filter((endpoint) => endpoint.route === route).map(({ method }) => method)
      const shown = methods.map((method) => ({ methods: [method], args: {} }))
      return [route, { namespace: "wp/v2", methods, endpoints: shown }]
    }),
  )
}
