import * as airtableAt from "@holdfast/airtable/emulator"
import * as atlassianAt from "@holdfast/atlassian/emulator"
import * as catalog from "@holdfast/catalog/emulator"
import * as githubAt from "@holdfast/github/emulator"
import * as notionAt from "@holdfast/notion/emulator"
import type { ProviderMaker } from "../provider.js"

const notion: ProviderMaker = ({ clock, callback }) => {
  const accessTokenSeconds = 3_600
  return {
    emulator: notionAt.createNotionEmulator({ clock, redirectUris: [callback("notion")], accessTokenSeconds }),
    registrations: { notion: notionAt.emulatorApp },
    connectors: () => ({
      notion: { operation: "search", parameters: { search: {} }, tokens: accessTokenSeconds },
    }),
  }
}

const airtable: ProviderMaker = ({ clock, callback }) => {
  const [personal] = airtableAt.personalTokens
  return {
    emulator: airtableAt.createAirtableEmulator({ clock, redirectUris: [callback("airtable")] }),
    registrations: { airtable: airtableAt.emulatorApp },
    connectors: () => ({
      airtable: {
        method: "oauth",
        operation: "list_bases",
        parameters: { list_bases: {} },
        hints: [["personal access token", personal?.token ?? ""]],
        // Its documentation has no request that ends a grant: people do it on their own page.
        revocation: "none",
      },
    }),
  }
}

const github: ProviderMaker = ({ clock, callback }) => ({
  emulator: githubAt.createGithubEmulator({ clock, redirectUris: [callback("github")] }),
  registrations: { github: githubAt.emulatorApp },
  connectors: () => ({
    github: {
      // The one with refresh tokens; a registration is of one kind, and this one is a GitHub App.
      method: "app_user",
      operation: "list_repos",
      parameters: {
        list_repos: {},
        create_issue: { owner: "first-org", repo: "widgets", title: "Hello from Holdfast" },
      },
    },
  }),
})

const trello: ProviderMaker = ({ clock, callback }) => ({
  emulator: atlassianAt.createTrelloEmulator({ clock, redirectUris: [callback("trello")] }),
  registrations: { trello: atlassianAt.trelloApp },
  connectors: () => ({
    trello: {
      operation: "list_boards",
      parameters: {
        list_boards: {},
        list_cards: { boardId: atlassianAt.seededIds.board },
        create_card: { listId: atlassianAt.seededIds.todo, name: "Hello from Holdfast" },
      },
      tokens: "none",
    },
  }),
})

const jira: ProviderMaker = ({ clock, callback }) => ({
  emulator: atlassianAt.createJiraEmulator({ clock, redirectUris: [callback("jira")] }),
  registrations: { jira: atlassianAt.jiraApp },
  connectors: () => ({
    jira: {
      // Somebody at two sites: one is chosen on a page of ours.
      answers: { account: atlassianAt.defaultJiraUsers.at(-1)?.accountId ?? "" },
      operation: "list_projects",
      parameters: {
        list_projects: {},
        search_issues: { jql: "project = DEMO" },
        create_issue: { project_key: "DEMO", summary: "Hello from Holdfast" },
      },
      // People take an app's access back on their own page; there is no request for it.
      revocation: "none",
    },
  }),
})

const asana: ProviderMaker = ({ clock, callback }) => ({
  emulator: catalog.createAsanaEmulator({ clock, redirectUris: [callback("asana")] }),
  registrations: { asana: catalog.asanaApp },
  connectors: () => ({
    asana: {
      operation: "list_workspaces",
      parameters: { list_workspaces: {}, list_projects: { workspace: "1200000000000201" } },
      hints: [["personal access token", catalog.asanaTokens.first]],
    },
  }),
})

const clickup: ProviderMaker = ({ clock, callback }) => ({
  emulator: catalog.createClickupEmulator({ clock, redirectUris: [callback("clickup")] }),
  registrations: { clickup: catalog.clickupApp },
  connectors: () => ({
    clickup: {
      operation: "list_workspaces",
      parameters: { list_workspaces: {}, list_spaces: { workspace_id: "9001" } },
      hints: [["personal token", catalog.clickupTokens.first]],
      // Its tokens neither end nor are there requests that end them.
      tokens: "none",
      revocation: "none",
    },
  }),
})

const linear: ProviderMaker = ({ clock, callback }) => ({
  emulator: catalog.createLinearEmulator({ clock, redirectUris: [callback("linear")] }),
  registrations: { linear: catalog.linearApp },
  connectors: () => ({
    linear: {
      operation: "list_teams",
      parameters: {
        list_teams: {},
        list_issues: {},
        create_issue: { team_id: catalog.linearTeam.id, title: "Hello from Holdfast" },
      },
      hints: [["API key", catalog.linearKeys.first]],
    },
  }),
})

const monday: ProviderMaker = ({ clock, callback }) => ({
  emulator: catalog.createMondayEmulator({ clock, redirectUris: [callback("monday")] }),
  registrations: { monday: catalog.mondayApp },
  connectors: () => ({
    monday: {
      operation: "list_boards",
      parameters: { list_boards: {}, list_items: { board_id: "1" } },
      hints: [["API token", catalog.mondayKeys.first]],
    },
  }),
})

/** Where teams keep what they plan and build. */
export const projects = [notion, airtable, github, trello, jira, asana, clickup, linear, monday]
