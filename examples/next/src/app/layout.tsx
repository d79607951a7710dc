import type { ReactNode } from "react"

export const metadata = { title: "Integrations", icons: { icon: "data:," } }

// biome-ignore lint/style/noDefaultExport: as Next asks for it
export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body style={{ maxWidth: "60rem", margin: "2.5rem auto", padding: "0 1.5rem" }}>{children}</body>
    </html>
  )
}
