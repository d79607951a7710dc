import { connectorSuite } from "@holdfast/testing"
import { expect } from "vitest"
import { type JiraConnector, type JiraOptions, jira } from "./jira.js"
import { createJiraEmulator, defaultJiraUsers, type JiraEmulator, jiraApp, jiraSites } from "./jira-emulator.js"

const [first] = defaultJiraUsers

// A JWT that does not cover the body cannot tell what was tampered with, as the suite asks: webhooks.test.ts shows what can be shown.
function withoutWebhooks(options?: JiraOptions): Omit<JiraConnector, "webhooks"> {
  const { webhooks: _, ...rest } = jira(options)
  return rest
}

connectorSuite<Omit<JiraConnector, "webhooks">, JiraOptions, JiraEmulator>(withoutWebhooks, {
  emulator: ({ redirectUri }) => createJiraEmulator({ redirectUris: [redirectUri] }),
  app: jiraApp,
  methods: {
    oauth: {
      account: {
        id: first?.accountId ?? "",
        label: "first",
        kind: "site",
        email: "first@jira.example",
        data: {
          cloudId: jiraSites.first,
          siteName: "first",
          siteUrl: "https://first.atlassian.net",
          name: "First User",
        },
      },
    },
  },
  operations: {
    create_issue: {
      parameters: {
        project_key: "DEMO",
        summary: "Größe prüfen",
        description: "One\nline\n\nAnother paragraph",
        issue_type: "Bug",
        labels: ["support"],
        due_date: "2026-12-31",
        fields: { customfield_10010: 1 },
      },
      answer: { key: "DEMO-3" },
      verify({ id }, { provider }) {
        const made = provider.issues.find((one) => one.id === id)
        expect(made?.fields).toMatchObject({ summary: "Größe prüfen", customfield_10010: 1, labels: ["support"] })
      },
    },
    get_issue: {
      parameters: { issue_key: "DEMO-2", fields: ["summary"] },
      answer: { key: "DEMO-2", fields: { summary: "Ship it" } },
    },
    search_issues: {
      parameters: { jql: 'project = DEMO AND summary ~ "ship"', max_results: 1 },
      answer: { issues: [{ key: "DEMO-2", fields: { summary: "Ship it" } }] },
    },
    add_comment: {
      parameters: { issue_key: "DEMO-1", body: "Well done & thanks!" },
      answer: { author: { accountId: first?.accountId ?? "", displayName: "First User" } },
      verify({ id }, { provider }) {
        expect(provider.issues[0]?.comments.map((one) => one.id)).toEqual([id])
      },
    },
    transition_issue: {
      parameters: { issue_key: "DEMO-1", transition: "done" },
      answer: { issue_key: "DEMO-1", transition_id: "31", status: "Done" },
      verify(_answer, { provider }) {
        expect(provider.issues[0]?.fields.status).toMatchObject({ name: "Done" })
      },
    },
    list_projects: {
      parameters: { query: "op" },
      answer: { values: [{ key: "OPS", name: "Operations" }], total: 1 },
    },
  },
  errors: [
    {
      when: "there is no such issue, or not for this person",
      operation: "get_issue",
      parameters: { issue_key: "DEMO-999" },
      code: "resource_not_found",
    },
    {
      when: "there is no such project",
      operation: "create_issue",
      parameters: { project_key: "NONE", summary: "Lost" },
      code: "input_invalid",
    },
    {
      when: "the search is not narrowed",
      operation: "search_issues",
      parameters: { jql: "order by created" },
      code: "input_invalid",
    },
    {
      when: "the issue cannot be moved so",
      operation: "transition_issue",
      parameters: { issue_key: "DEMO-1", transition: "Release" },
      code: "input_invalid",
    },
    {
      when: "the app was taken away from the site",
      operation: "list_projects",
      arrange: ({ provider }) => provider.remove(jiraSites.first),
      code: "forbidden",
    },
    {
      when: "a scope is missing after all",
      operation: "list_projects",
      arrange: ({ faults }) =>
        faults.next({
          on: "*",
          fault: { kind: "status", status: 401, body: { code: 401, message: "Unauthorized; scope does not match" } },
        }),
      code: "scope_missing",
      providerCode: "scope_does_not_match",
    },
    {
      when: "it is too much",
      operation: "list_projects",
      arrange: ({ faults }) =>
        faults.next({
          on: "*",
          fault: {
            kind: "status",
            status: 429,
            retryAfterSeconds: 1_847,
            headers: { "ratelimit-reason": "jira-burst-based" },
            body: { errorMessages: ["Rate limit exceeded."] },
          },
          times: "always",
        }),
      code: "rate_limited",
      providerCode: "jira-burst-based",
    },
  ],
  skip: { unknown_error: "Jira's errors have words and no codes" },
})
