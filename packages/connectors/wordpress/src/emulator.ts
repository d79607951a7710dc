import { type Call, createEmulator, type Emulator, type EmulatorClock, page } from "@holdfast/emulator"
import { accountEndpoints, indexEndpoint } from "./emulator/account.js"
import { authorize } from "./emulator/authorize.js"
import { contentEndpoints } from "./emulator/content.js"
import { type ApplicationPassword, type Passwords, passwords } from "./emulator/passwords.js"
import { dispatch } from "./emulator/rest.js"
import { defaultSite, type Site, type SiteSeed, type WordpressUser } from "./emulator/site.js"

export type { ApplicationPassword } from "./emulator/passwords.js"
export {
  defaultSite,
  examplePost,
  type Role,
  type SiteSeed,
  type WordpressComment,
  type WordpressPost,
  type WordpressUser,
} from "./emulator/site.js"

/** What a test or a demo may choose. Every field has a default. */
export interface WordpressEmulatorOptions extends Partial<SiteSeed> {
  /** The site's address, a path included. Plain http needs `environment: "local"`. Default: `https://blog.example.com`. */
  site?: string
  /** Where WordPress itself is, on the same origin. Default: `site`. */
  siteUrl?: string
  /** How addresses look: `/wp-json/`, `/?rest_route=/` or `/index.php/wp-json/`. Default: `"pretty"`. */
  permalinks?: "pretty" | "plain" | "index"
  /** `WP_ENVIRONMENT_TYPE`: `local` takes addresses of plain http. Default: `"production"`. */
  environment?: "production" | "local"
  /** Whether a plugin has switched application passwords off. Default: true. */
  applicationPasswords?: boolean
  /** Default: a virtual clock. */
  clock?: EmulatorClock
}

/** What tests hold in their hands. Read it again after `reset()`. */
export interface WordpressProvider {
  readonly site: Site
  /** Makes an application password by hand, and answers it as people are shown it. @throws TypeError for an unknown login */
  createPassword(login: string, name?: string): string
  passwords(login: string): readonly ApplicationPassword[]
  /** Somebody removes every application password of the site. */
  removePasswords(): void
}

export type WordpressEmulator = Emulator<WordpressProvider>

/**
 * A strict stand-in for one self-hosted WordPress site, written from its documentation: discovery, application passwords and the page that
 * gives them, posts and comments with the roles that may write them.
 * @see https://developer.wordpress.org/rest-api/
 */
export function createWordpressEmulator(options: WordpressEmulatorOptions = {}): WordpressEmulator {
  const home = (options.site ?? "https://blog.example.com").replace(/\/+$/, "")
  const { origin } = new URL(home)
  return createEmulator<WordpressProvider>({
    name: "wordpress",
    origins: [origin],
    ...(options.clock && { clock: options.clock }),
    setup(kit) {
      const isLocal = options.environment === "local"
      const site: Site = {
        home,
        siteUrl: (options.siteUrl ?? home).replace(/\/+$/, ""),
        name: "The first blog",
        users: options.users ?? defaultSite.users,
        posts: [...(options.posts ?? defaultSite.posts)],
        comments: options.comments ?? defaultSite.comments,
        hasApplicationPasswords: (options.applicationPasswords ?? true) && (isLocal || home.startsWith("https:")),
        isLocal,
      }
      const kept = passwords(kit, site)
      const known = [...accountEndpoints, ...contentEndpoints]
      const endpoints = [indexEndpoint(site, known), ...known]
      const rest = (call: Call, route: string) => dispatch(endpoints, call, route, { site, passwords: kept })

      const path = new URL(home).pathname.replace(/\/+$/, "")
      const prefix = { pretty: "/wp-json", index: "/index.php/wp-json", plain: undefined }[
        options.permalinks ?? "pretty"
      ]
      const root = `${home}${prefix === undefined ? "/?rest_route=/" : `${prefix}/`}`
      const front = (call: Call) => {
        const route = call.url.searchParams.get("rest_route")
        return route === null ? frontPage(call, site, root) : rest(call, route)
      }
      const named = (route: (call: Call) => string | null) => ({
        names: (call: Call) => [`${call.request.method} ${route(call) ?? "/"}`],
      })
      const byQuery = named(({ url }) => url.searchParams.get("rest_route"))
      for (const place of path === "" ? ["/"] : [path, `${path}/`]) {
        kit.route(["GET", "HEAD", "POST", "DELETE"], origin, place, front, { id: `front ${place}`, ...byQuery })
      }
      if (prefix !== undefined) {
        const index = (call: Call) => rest(call, "/")
        for (const place of [`${path}${prefix}`, `${path}${prefix}/`]) {
          kit.route("GET", origin, place, index, { id: `index ${place}`, ...named(() => "/") })
        }
        const byPath = ({ params }: Call) => `/${params.route ?? ""}`
        kit.route(
          ["GET", "POST", "DELETE"],
          origin,
          `${path}${prefix}/{route...}`,
          (call) => rest(call, byPath(call)),
          { id: "rest", ...named(byPath) },
        )
      }
      const admin = new URL(site.siteUrl).pathname.replace(/\/+$/, "")
      kit.route(
        ["GET", "POST"],
        origin,
        `${admin}/wp-admin/authorize-application.php`,
        (call) => authorize(call, site, kept),
        { id: "authorize" },
      )
      kit.notFound(() => page("Page not found", "<h1>Page not found</h1>", 404))

      const provider = providerOf(site, kept)
      kit.action("create_password", (input) => {
        const { login } = (input ?? {}) as { login?: string }
        return provider.createPassword(login ?? site.users[0]?.login ?? "")
      })
      kit.action("passwords", (input) => provider.passwords((input as { login: string }).login))
      kit.action("remove_passwords", () => provider.removePasswords())
      return provider
    },
  })
}

/** A page of the site: HTML, and a header that says where the REST API is. */
function frontPage({ request }: Call, site: Site, root: string): Response {
  const shown = page(site.name, `<h1>${site.name}</h1>`)
  shown.headers.append("link", `<${root}>; rel="https://api.w.org/"`)
  return request.method === "HEAD" ? new Response(null, shown) : shown
}

function providerOf(site: Site, kept: Passwords): WordpressProvider {
  const userOf = (login: string): WordpressUser => {
    const found = site.users.find((user) => user.login === login)
    if (!found) throw new TypeError(`"${login}" is no user of the emulated site`)
    return found
  }
  return {
    site,
    createPassword: (login, name = "Made by hand") => kept.create(userOf(login), { name }),
    passwords: (login) => kept.of(userOf(login)),
    removePasswords: () => kept.removeAll(),
  }
}
