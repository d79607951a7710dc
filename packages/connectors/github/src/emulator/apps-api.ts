import { type EmulatorKit, json } from "@holdfast/emulator"
import { notFound, paged, refusal, shownInstallation, shownRepository, shownUser } from "./answers.js"
import type { GithubApp } from "./authorization.js"
import type { Callers } from "./callers.js"
import { belongsTo, type GithubWorld } from "./world.js"

/** What a GitHub App asks as itself, and about itself. @see https://docs.github.com/en/rest/apps */
export function appsApi(
  kit: EmulatorKit,
  { world, callers, githubApp }: { world: GithubWorld; callers: Callers; githubApp: GithubApp },
): void {
  const { clientId, slug } = githubApp
  const byId = (id: string | undefined) => world.installations.find((installation) => String(installation.id) === id)

  callers.appRoute("GET", "/app", () => json({ id: 1, slug, client_id: clientId, name: "The app" }))

  callers.appRoute("POST", "/app/installations/{id}/access_tokens", async (call) => {
    const installation = byId(call.params.id)
    if (!installation) return notFound()
    if (installation.suspended) return refusal(403, "This installation has been suspended")
    await kit.countTokenCall({ grantType: "installation", issued: true })
    const { permissions } = installation
    return json({ ...callers.mint(installation), permissions, repository_selection: "all" }, { status: 201 })
  })

  callers.appRoute("DELETE", "/app/installations/{id}", (call) => {
    const installation = byId(call.params.id)
    if (!installation) return notFound()
    world.installations.splice(world.installations.indexOf(installation), 1)
    kit.countRevocation()
    return new Response(null, { status: 204 })
  })

  callers.appRoute("GET", "/app/installation-requests", ({ url }) =>
    paged(url, world.requests, (page) =>
      page.map(({ id, requester, organization }) => ({
        id,
        account: shownUser(organization, "Organization"),
        requester: shownUser(requester),
        created_at: "2026-01-01T00:00:00Z",
      })),
    ),
  )

  callers.appRoute("GET", "/orgs/{org}/installation", (call) => {
    const found = world.installations.find(
      ({ account }) => account.type === "Organization" && account.login === call.params.org,
    )
    return found ? json(shownInstallation(found, clientId)) : notFound()
  })

  callers.route("GET", "/user/installations", ({ url }, caller) => {
    if (caller.is === "installation") return refusal(403, "Resource not accessible by integration")
    if (caller.scopes) {
      return refusal(
        403,
        "You must authenticate with an access token authorized to a GitHub App in order to list installations",
      )
    }
    const visible = world.installations.filter(({ account }) => belongsTo(world, account.login, caller.user))
    return paged(url, visible, (page) => ({
      total_count: visible.length,
      installations: page.map((installation) => shownInstallation(installation, clientId)),
    }))
  })

  callers.route("GET", "/installation/repositories", ({ url }, caller) => {
    if (caller.is !== "installation") return refusal(403, "Resource not accessible by personal access token")
    const own = world.repositories.filter(({ owner }) => owner === caller.installation.account.login)
    return paged(url, own, (page) => ({
      total_count: own.length,
      repository_selection: "all",
      repositories: page.map((repository) => shownRepository(world, repository)),
    }))
  })
}
