import { Integrations } from "@holdfast/client/react"
import { redirect } from "next/navigation"
import { currentOwner } from "../../session"

// biome-ignore lint/style/noDefaultExport: as Next asks for it
export default async function Page() {
  if (!(await currentOwner())) redirect("/sign-in")
  return (
    <Integrations url="/api/integrations">
      <h1 slot="heading">Integrations</h1>
    </Integrations>
  )
}
