import { z } from "zod"

/** `first@example.com` or `First <first@example.com>`, as Graph wants a recipient. */
const address = z.string().transform((text, context) => {
  const named = /^\s*"?([^"<>\r\n]*?)"?\s*<([^<>\s]+)>\s*$/.exec(text)
  const email = z.email().safeParse(named ? named[2] : text.trim())
  if (email.success) {
    const name = named?.[1]
    return { emailAddress: { address: email.data, ...(name && { name }) } }
  }
  context.addIssue({ code: "custom", message: "first@example.com, or First <first@example.com>" })
  return z.NEVER
})

/** One address or several. One string is one address. */
export const addresses = z.union([address.transform((one) => [one]), z.array(address).min(1).max(500)])
