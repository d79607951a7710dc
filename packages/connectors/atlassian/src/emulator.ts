export {
  createJiraEmulator,
  defaultJiraUsers,
  type JiraEmulator,
  type JiraEmulatorOptions,
  type JiraProvider,
  type JiraSite,
  type JiraUser,
  jiraApp,
  jiraSites,
} from "./jira/jira-emulator.js"
export {
  createTrelloEmulator,
  defaultMembers,
  seededIds,
  type TrelloEmulator,
  type TrelloEmulatorOptions,
  trelloApp,
} from "./trello/trello-emulator.js"
