import type { AppDescription, AppOptions } from "@holdfast/core"
import { z } from "zod"

/** The registration of an OAuth app as nearly every provider has it. */
export interface OAuthAppOptions extends AppOptions {
  /** Default: `{ID}_CLIENT_ID` of the environment, `ASANA_CLIENT_ID`. */
  readonly clientId?: string
  /** Default: `{ID}_CLIENT_SECRET` of the environment. */
  readonly clientSecret?: string
}

/** A client id and a client secret. `help` says where they are. `optional` is what an app may do without: that of webhooks. */
export function oauthApp(
  help: string,
  optional: readonly {
    readonly name: string
    readonly label: string
    readonly help: string
    readonly secret?: boolean
  }[] = [],
): AppDescription {
  const more = Object.fromEntries(optional.map(({ name }) => [name, z.string().min(1).optional()]))
  return {
    schema: z.object({ clientId: z.string().min(1), clientSecret: z.string().min(1), ...more }),
    fields: [
      { name: "clientId", label: "Client ID", secret: false, help },
      { name: "clientSecret", label: "Client secret", secret: true },
      ...optional.map((field) => ({ secret: true, ...field, required: false })),
    ],
  }
}

/** An id that is written as a number by some, and kept as text. */
export const idText = z.union([z.string().min(1), z.number().int()]).transform(String)
