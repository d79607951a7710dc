// https://developer.calendly.com/api-docs/overview
import type { KnownCause } from "@holdfast/core"

/** What Calendly's titles and codes ask people to do. */
export const causes: readonly KnownCause[] = [
  {
    codes: ["permission_denied"],
    cause: "plan_or_role_too_small",
    actor: "end_user",
    text: "The plan of this Calendly account, or the person's role in the organisation, does not have what was asked for.",
    advice: "Have the organisation's owner change the plan or the role; webhooks need a paid plan.",
    link: "https://developer.calendly.com/docs/getting-started/introduction",
  },
  {
    codes: ["invalid_grant"],
    when: ["refreshing"],
    cause: "refresh_token_spent",
    actor: "end_user",
    text: "Calendly takes a refresh token once, and this one was used before or revoked.",
    advice: "Connect again; if another program refreshes the same token, stop it.",
    link: "https://developer.calendly.com/refresh-token-rotation-guide",
  },
]
