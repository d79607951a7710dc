import { type Call, type EmulatorKit, escapeHtml, page, redirect } from "@holdfast/emulator"
import type { GithubApp } from "./authorization.js"
import type { GithubInstallation, GithubUser, GithubWorld } from "./world.js"

/** Where somebody wants the app: on their own account, or in an organisation. */
interface Choice {
  readonly user: GithubUser
  readonly login: string
}

/** What a member or an owner did on the page. */
export type Installed =
  | { readonly setup_action: "install" | "update"; readonly installation: GithubInstallation }
  | { readonly setup_action: "request" }

export interface Installing {
  /** Installs the app as a person, or asks the owners to where that person is none. */
  install(userLogin: string, accountLogin: string): Installed
  /** An owner says yes to what a member asked for. @throws TypeError where nobody asked */
  approve(organization: string): GithubInstallation
  /** The owner takes the app away. @throws TypeError where it is not installed */
  uninstall(account: string): void
}

/** The page on which a GitHub App is installed, at `github.com/apps/{slug}/installations/new`. @see https://docs.github.com/en/apps/using-github-apps/installing-a-github-app-from-a-third-party */
export function installing(
  kit: EmulatorKit,
  world: GithubWorld,
  options: {
    readonly githubApp: GithubApp
    readonly permissions: GithubInstallation["permissions"]
    /** Where people go afterwards; with `authorizes`, to the authorization endpoint with it as callback URL. */
    readonly setupUrl: string
    readonly authorizes: boolean
  },
): Installing {
  const add = (account: GithubInstallation["account"]) => {
    const installation = { id: world.nextId(), account, permissions: options.permissions, suspended: false }
    world.installations.push(installation)
    return installation
  }

  function install(userLogin: string, login: string): Installed {
    const user = world.users.find((one) => one.login === userLogin)
    const organization = world.organizations.find((one) => one.login === login)
    if (!user || (!organization && login !== user.login)) throw new TypeError(`"${userLogin}" cannot choose "${login}"`)
    const there = world.installations.find(({ account }) => account.login === login)
    if (there) return { setup_action: "update", installation: there }
    if (!organization) return { setup_action: "install", installation: add({ id: user.id, login, type: "User" }) }
    if (organization.owners.includes(user.id)) {
      return { setup_action: "install", installation: add({ id: organization.id, login, type: "Organization" }) }
    }
    if (!organization.members.includes(user.id)) throw new TypeError(`"${userLogin}" is not in "${login}"`)
    world.requests.push({ id: world.nextId(), requester: user, organization })
    return { setup_action: "request" }
  }

  /** What the person may choose; `account` of the form is `user` or `user@organisation`. */
  const choices = (): readonly Choice[] =>
    world.users.flatMap((user) => [
      ...world.organizations
        .filter(({ owners, members }) => [...owners, ...members].includes(user.id))
        .map(({ login }) => ({ user, login })),
      { user, login: user.login },
    ])
  const nameOf = ({ user, login }: Choice) => `${user.id}@${login}`

  async function chosen(call: Call): Promise<Choice | undefined> {
    const form = await call.form()
    if (form?.get("decision") !== "allow") return undefined
    const wanted = form.get("account")
    return choices().find((choice) => wanted === null || nameOf(choice) === wanted || String(choice.user.id) === wanted)
  }

  kit.route(
    ["GET", "POST"],
    "https://github.com",
    `/apps/${options.githubApp.slug}/installations/new`,
    async (call) => {
      if (call.request.method === "GET")
        return choicePage(choices().map((choice) => ({ ...choice, name: nameOf(choice) })))
      const choice = await chosen(call)
      // Who does not install stays at GitHub.
      if (!choice) return page("GitHub", "<p>Nothing was installed.</p>")
      const done = install(choice.user.login, choice.login)
      const extra = {
        ...("installation" in done && { installation_id: String(done.installation.id) }),
        setup_action: done.setup_action,
        state: call.url.searchParams.get("state") ?? "",
      }
      const authorize = { client_id: options.githubApp.clientId, redirect_uri: options.setupUrl }
      const there = new URL(options.authorizes ? "https://github.com/login/oauth/authorize" : options.setupUrl)
      for (const [name, value] of Object.entries({ ...(options.authorizes && authorize), ...extra }))
        there.searchParams.set(name, value)
      return redirect(there)
    },
  )

  return {
    install,
    approve(login) {
      const request = world.requests.find(({ organization }) => organization.login === login)
      if (!request) throw new TypeError(`nobody asked for "${login}"`)
      world.requests.splice(world.requests.indexOf(request), 1)
      return add({ id: request.organization.id, login, type: "Organization" })
    },
    uninstall(login) {
      const found = world.installations.find(({ account }) => account.login === login)
      if (!found) throw new TypeError(`the app is not installed on "${login}"`)
      world.installations.splice(world.installations.indexOf(found), 1)
    },
  }
}

function choicePage(choices: readonly (Choice & { readonly name: string })[]): Response {
  const radios = choices.map(
    ({ user, login, name }, index) =>
      `<p><label><input type="radio" name="account" value="${escapeHtml(name)}"${index === 0 ? " checked" : ""}> ${escapeHtml(`${login} (as ${user.login})`)}</label></p>`,
  )
  return page(
    "Install the app",
    `<h1>Install the app</h1><form method="post"><fieldset><legend>Where</legend>${radios.join("")}</fieldset><button name="decision" value="allow">Install</button> <button name="decision" value="deny">Cancel</button></form>`,
  )
}
