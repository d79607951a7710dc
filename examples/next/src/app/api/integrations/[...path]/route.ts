import { toNextHandlers } from "@holdfast/server/next"
import { after } from "next/server"
import { holdfast } from "../../../../integrations"
import { currentOwner } from "../../../../session"

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = toNextHandlers(holdfast, {
  owner: currentOwner,
  waitUntil: (work) => after(() => work),
})
