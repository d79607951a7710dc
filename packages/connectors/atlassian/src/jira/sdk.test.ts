import { listen } from "@holdfast/emulator/node"
import { Version3Client } from "jira.js"
import { afterEach, describe, expect, it } from "vitest"
import { toDocument } from "./document.js"
import { createJiraEmulator, jiraApp, jiraSites } from "./jira-emulator.js"

// A library that many use against the stand-in, since Atlassian has none of its own: what it refuses, that has wrong.

const close: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of close.splice(0)) await end()
})

async function client(scopes = ["read:jira-work", "write:jira-work", "manage:jira-webhook"]) {
  const emulator = createJiraEmulator()
  const server = await listen(emulator)
  close.push(server.close)
  const { grant, main } = emulator.provider.oauth.issue({ clientId: jiraApp.clientId, scopes })
  emulator.provider.allowed.add(`${grant.account.id} ${jiraSites.first}`)
  const jira = new Version3Client({
    host: `${server.reroute["https://api.atlassian.com"]}/ex/jira/${jiraSites.first}`,
    authentication: { oauth2: { accessToken: main.accessToken } },
  })
  return { emulator, jira }
}

describe("jira.js", () => {
  it("creates and reads an issue, and comments on it", async () => {
    const { emulator, jira } = await client()
    const { key } = await jira.issues.createIssue({
      fields: {
        project: { key: "DEMO" },
        issuetype: { name: "Task" },
        summary: "By the library",
        description: { type: "doc", version: 1, content: [...toDocument("Plain").content] as never[] },
      },
    })
    const { fields } = await jira.issues.getIssue({ issueIdOrKey: key, fields: ["summary", "status"] })
    expect(fields).toMatchObject({ summary: "By the library", status: { name: "To Do" } })
    const { author } = await jira.issueComments.addComment({ issueIdOrKey: key, comment: "Well done" })
    expect(author?.displayName).toBe("First User")
    expect(emulator.provider.issues.at(-1)?.comments).toHaveLength(1)
  })

  it("searches page by page, lists projects, and moves an issue", async () => {
    const { jira } = await client()
    const one = await jira.issueSearch.searchForIssuesUsingJqlEnhancedSearch({
      jql: "project = DEMO",
      fields: ["summary"],
      maxResults: 1,
    })
    const two = await jira.issueSearch.searchForIssuesUsingJqlEnhancedSearchPost({
      jql: "project = DEMO",
      fields: ["summary"],
      maxResults: 1,
      ...(one.nextPageToken && { nextPageToken: one.nextPageToken }),
    })
    expect([one, two].map(({ issues }) => issues?.[0]?.key)).toEqual(["DEMO-1", "DEMO-2"])
    expect((await jira.projects.searchProjects()).values.map(({ key }) => key)).toEqual(["DEMO", "OPS"])
    const { transitions } = await jira.issues.getTransitions({ issueIdOrKey: "DEMO-1" })
    const done = transitions?.find(({ to }) => to?.name === "Done")
    await jira.issues.doTransition({ issueIdOrKey: "DEMO-1", transition: { id: done?.id ?? "" } })
    const { fields } = await jira.issues.getIssue({ issueIdOrKey: "DEMO-1" })
    expect(fields.status.name).toBe("Done")
  })

  it("registers, refreshes and removes webhooks", async () => {
    const { emulator, jira } = await client()
    const { webhookRegistrationResult: results } = await jira.webhooks.registerDynamicWebhooks({
      url: "https://app.example.com/webhooks",
      webhooks: [
        { jqlFilter: "project = DEMO", events: ["jira:issue_created"] },
        { jqlFilter: "text ~ word", events: ["jira:issue_created"] },
      ],
    })
    const id = results?.[0]?.createdWebhookId ?? 0
    expect(results?.[1]?.errors).toHaveLength(1)
    emulator.clock.advance(1_800_000)
    await jira.webhooks.refreshWebhooks({ webhookIds: [id] })
    const { values } = await jira.webhooks.getDynamicWebhooksForApp()
    expect(values).toMatchObject([{ id, jqlFilter: "project = DEMO" }])
    expect(emulator.provider.webhooks[0]?.expiresAt).toBe(emulator.clock.now() + 30 * 86_400_000)
    await jira.webhooks.deleteWebhookById({ webhookIds: [id] })
    expect(emulator.provider.webhooks).toEqual([])
  })

  it("sees refusals as Jira says them", async () => {
    const { jira } = await client(["read:jira-work"])
    await expect(jira.issues.getIssue({ issueIdOrKey: "DEMO-999" })).rejects.toMatchObject({ status: 404 })
    await expect(jira.issueComments.addComment({ issueIdOrKey: "DEMO-1", comment: "No" })).rejects.toMatchObject({
      status: 401,
    })
  })
})
