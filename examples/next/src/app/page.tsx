import { redirect } from "next/navigation"

// biome-ignore lint/style/noDefaultExport: as Next asks for it
export default function Home(): never {
  redirect("/integrations")
}
