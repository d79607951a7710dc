export { type JiraConnector, type JiraOptions, jira } from "./jira/jira.js"
export { type TrelloConnector, type TrelloOptions, trello } from "./trello/trello.js"
