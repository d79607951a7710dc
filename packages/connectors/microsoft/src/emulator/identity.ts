import type { Graph } from "./graph.js"
import { selected } from "./graph.js"

/** @see https://learn.microsoft.com/en-us/graph/api/user-get */
export function identityApi(graph: Graph): void {
  graph.add({
    id: "me.get",
    method: "GET",
    path: "/me",
    scopes: "user.read",
    answer(call, { data }) {
      const user = {
        "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users/$entity",
        id: data.graphId,
        displayName: data.name,
        mail: data.email,
        userPrincipalName: data.email,
      }
      return { body: selected(user, call.url.searchParams.get("$select")?.split(",")) }
    },
  })
}
