import type { EmulatedAccount } from "@holdfast/emulator"

/** What Google knows of a person. */
export interface GoogleAccount {
  readonly email: string
  /** The domain of a Workspace account. */
  readonly hostedDomain?: string
}

/** `id` is the `sub`: it never changes, the address may. */
export const defaultAccounts: readonly EmulatedAccount<GoogleAccount>[] = [
  {
    id: "110169484474386276001",
    label: "first.user@example.com",
    data: { email: "first.user@example.com", hostedDomain: "example.com" },
  },
  {
    id: "110169484474386276002",
    label: "second.user@example.net",
    data: { email: "second.user@example.net" },
  },
]
