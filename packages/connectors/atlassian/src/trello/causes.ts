// https://developer.atlassian.com/cloud/trello/guides/rest-api/status-codes/
import type { KnownCause } from "@holdfast/core"

/** What Trello's lines of refusal ask people to do. */
export const causes: readonly KnownCause[] = [
  {
    codes: ["invalid_token", "expired_token"],
    when: ["calling"],
    cause: "token_removed",
    actor: "end_user",
    text: "The person took the access back in their Trello account, or the token has expired.",
    advice: "Connect again.",
    link: "https://trello.com/my/account",
  },
  {
    codes: ["invalid_key"],
    cause: "api_key_wrong",
    actor: "developer",
    text: "Trello does not know this API key.",
    advice: "Copy key and secret again from “API key” on the Power-Up's page, and save them.",
    link: "https://trello.com/power-ups/admin",
  },
  {
    codes: ["unauthorized_permission_requested", "unauthorized_card_permission_requested"],
    cause: "board_out_of_reach",
    actor: "end_user",
    text: "The person is not a member of this board, or may not change it.",
    advice: "Have them added to the board in Trello.",
  },
]
