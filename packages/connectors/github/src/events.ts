import {
  HoldfastError,
  hmac,
  isSameText,
  parsedJson,
  type Verdict,
  type WebhookEvent,
  type Webhooks,
} from "@holdfast/core"
import { z } from "zod"

const account = z.looseObject({ id: z.number(), login: z.string() })
const installation = z.looseObject({ id: z.number(), account: account.optional() })
const repository = z.looseObject({ id: z.number(), full_name: z.string(), owner: z.looseObject({ id: z.number() }) })
const numbered = z.looseObject({ number: z.number() })

const envelope = z.looseObject({
  action: z.string().optional(),
  installation: z.looseObject({ id: z.number(), account: z.looseObject({ id: z.number() }).optional() }).optional(),
  organization: z.looseObject({ id: z.number() }).optional(),
  repository: z.looseObject({ owner: z.looseObject({ id: z.number() }) }).optional(),
  sender: z.looseObject({ id: z.number() }).optional(),
})

const about = (fields: Record<string, z.ZodType>) => z.looseObject({ repository, sender: account, ...fields })
const ofInstallation = z.looseObject({ action: z.string(), installation, sender: account })

/**
 * Deliveries of a GitHub App, signed with its webhook secret. The name of the event and the id of the delivery stand in headers that are
 * not signed; what the body must hold for an event is checked.
 * @see https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
 * @see https://docs.github.com/en/webhooks/webhook-events-and-payloads
 */
export const webhooks: Webhooks = {
  scheme:
    "HMAC-SHA256 of the body, hex, X-Hub-Signature-256: sha256={signature}; no timestamp, repeats are dropped by X-GitHub-Delivery",

  async verify({ app }, { headers, body, text }) {
    const { webhookSecret } = app.fields
    if (!webhookSecret) throw unverified("The app has no webhook secret: save it to receive events.")
    const expected = `sha256=${await hmac("SHA-256", webhookSecret, [body], "hex")}`
    if (!isSameText(headers.get("x-hub-signature-256") ?? "", expected)) {
      throw unverified("The signature does not fit: is it this app's webhook secret, and the body as it arrived?")
    }
    const isForm = headers.get("content-type")?.startsWith("application/x-www-form-urlencoded")
    return verdictOf(headers, isForm ? (new URLSearchParams(text).get("payload") ?? "") : text)
  },

  events: {
    push: { summary: "Commits were pushed", payload: about({ ref: z.string(), after: z.string() }) },
    issues_opened: { summary: "An issue was opened", payload: about({ issue: numbered }) },
    issues_closed: { summary: "An issue was closed", payload: about({ issue: numbered }) },
    issue_comment_created: {
      summary: "Somebody commented on an issue or a pull request",
      payload: about({ issue: numbered, comment: z.looseObject({ id: z.number(), body: z.string() }) }),
    },
    pull_request_opened: { summary: "A pull request was opened", payload: about({ pull_request: numbered }) },
    pull_request_closed: { summary: "A pull request was merged or closed", payload: about({ pull_request: numbered }) },
    workflow_run_completed: {
      summary: "A run of GitHub Actions ended",
      payload: about({ workflow_run: z.looseObject({ id: z.number(), conclusion: z.string().nullish() }) }),
    },
    installation_repositories_added: { summary: "The app was given more repositories", payload: ofInstallation },
    installation_repositories_removed: { summary: "Repositories were taken from the app", payload: ofInstallation },
    installation_suspend: { summary: "The installation was suspended", payload: ofInstallation },
    installation_unsuspend: { summary: "The installation may be used again", payload: ofInstallation },
    installation_deleted: { summary: "The app was uninstalled", payload: ofInstallation },
    github_app_authorization_revoked: {
      summary: "A person took the app's authorization back",
      payload: z.looseObject({ action: z.literal("revoked"), sender: account }),
    },
  },

  ends: ({ name }) => name === "installation_deleted" || name === "github_app_authorization_revoked",
}

/** The account on which an app is installed: there is one installation at a time, and another id for it each time. */
export function targetId(accountId: number): string {
  return `target:${accountId}`
}

function verdictOf(headers: Headers, text: string): Verdict {
  const payload = parsedJson(text)
  const parsed = envelope.safeParse(payload)
  const event = headers.get("x-github-event")
  if (!event || !parsed.success) return { is: "events", events: [] }
  const { action, installation, organization, repository, sender } = parsed.data
  const id = headers.get("x-github-delivery")
  const common = { ...(id && { id }), name: action === undefined ? event : `${event}_${action}`, payload }
  if (event === "github_app_authorization")
    return { is: "events", events: sender ? [{ ...common, accountId: String(sender.id) }] : [] }
  const target = installation?.account ?? organization ?? repository?.owner
  if (!installation || !target) return { is: "events", events: [] }
  const found: WebhookEvent = {
    ...common,
    accountId: targetId(target.id),
    // What is said of an installation that was removed is not for the one that took its place.
    concerns: ({ data }) => data?.installationId === String(installation.id),
  }
  return { is: "events", events: [found] }
}

function unverified(message: string): HoldfastError {
  return new HoldfastError("webhook_unverified", message, { details: { connector: "github" } })
}
