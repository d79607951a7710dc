import { connectorWorld } from "@holdfast/testing"
import { jira } from "./jira.js"
import { createJiraEmulator, type JiraEmulatorOptions, jiraApp } from "./jira-emulator.js"

/** A real Holdfast with Jira alone, over the stand-in. */
export const jiraWorld = (seeds: JiraEmulatorOptions = {}) =>
  connectorWorld({ connectors: [jira(jiraApp)], emulator: createJiraEmulator(seeds) })
