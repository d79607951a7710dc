// https://docs.acme.example/errors
import type { KnownCause } from "@holdfast/core"

/** What Acme's codes ask people to do, where it is more than any provider's would. @see https://docs.acme.example/errors */
export const causes: readonly KnownCause[] = [
  {
    codes: ["missing_scope"],
    cause: "scope_not_in_app",
    actor: "developer",
    text: "The app has no scope for this call.",
    advice: "Add the scope to the app, then have the person connect again.",
    link: "https://acme.example/settings/apps",
  },
]
