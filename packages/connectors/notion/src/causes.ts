// https://developers.notion.com/reference/status-codes
import type { KnownCause } from "@holdfast/core"

/** What Notion's codes ask people to do. */
export const causes: readonly KnownCause[] = [
  {
    codes: ["object_not_found"],
    cause: "page_not_shared",
    actor: "end_user",
    text: "Notion has no such page or database, or it was not shared with this integration.",
    advice: "Open the page in Notion, and add the integration under “Connections” in its menu.",
    link: "https://www.notion.com/help/add-and-manage-connections-with-the-api",
  },
  {
    codes: ["restricted_resource"],
    cause: "capability_missing",
    actor: "developer",
    text: "The integration was not given the capability that this call needs.",
    advice: "Tick it under “Capabilities” on the integration's page, and have people connect again.",
    link: "https://developers.notion.com/reference/capabilities",
  },
  {
    codes: ["unauthorized"],
    when: ["calling"],
    cause: "integration_removed",
    actor: "end_user",
    text: "Notion no longer takes this token, as when the integration was removed from the workspace.",
    advice: "Connect again, unless a refresh brings another token by itself.",
  },
  {
    codes: ["invalid_client", "unauthorized"],
    when: ["connecting", "refreshing"],
    cause: "app_credentials_wrong",
    actor: "developer",
    text: "Notion does not take this OAuth client ID and secret.",
    advice: "Copy both again from “Configuration” on the integration's page, and save them.",
    link: "https://www.notion.so/profile/integrations",
  },
]
