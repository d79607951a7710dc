import type { World } from "./world.js"

/** What the terminal says while the demo runs. */
export function guide(url: string, { connectors }: World): string {
  const hints = [...connectors].flatMap(([id, { hints = [] }]) =>
    hints.map(([label, value], index) => [index === 0 ? id : "", label, value] as const),
  )
  const widest = (column: 0 | 1) => Math.max(0, ...hints.map((hint) => hint[column].length))
  const lines = hints.map(([id, label, value]) => `    ${id.padEnd(widest(0))}  ${label.padEnd(widest(1))}  ${value}`)
  return `
  Open ${url} and sign in as the admin.

  Every provider there is an emulator on this machine: no account is needed, and nothing leaves it.
  Most only ask for a click. To type where something is asked for (${url}/notes.html has it, too):

${lines.join("\n")}

  Enter restarts the app in a new process. Ctrl-C stops everything.
`
}
