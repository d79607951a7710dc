import type { EmulatedAccount } from "@holdfast/emulator"

/** What Microsoft knows of a person. */
export interface MicrosoftAccount {
  readonly tenantId: string
  /** The `oid` of id tokens. */
  readonly objectId: string
  /** The id that Graph gives: the same but for personal accounts. */
  readonly graphId: string
  readonly name: string
  readonly email: string
}

/** The organisation that the first two people are in. */
export const firstTenantId = "aaaabbbb-0000-4ccc-9111-dddd2222eeee"
/** Another one. */
export const secondTenantId = "bbbbcccc-1111-4ddd-8222-eeee3333ffff"
/** The one that all personal accounts are in. */
export const personalTenantId = "9188040d-6c67-4c5b-b112-36a304b66dad"

function account(tenantId: string, objectId: string, name: string, email: string, graphId = objectId) {
  return { id: objectId, label: `${name} (${email})`, data: { tenantId, objectId, graphId, name, email } }
}

/** Two people of one organisation, one of another, and one with a personal account. */
export const defaultAccounts: readonly EmulatedAccount<MicrosoftAccount>[] = [
  account(firstTenantId, "11111111-aaaa-4bbb-8ccc-000000000001", "First User", "first.user@first.example"),
  account(firstTenantId, "11111111-aaaa-4bbb-8ccc-000000000002", "Second User", "second.user@first.example"),
  account(secondTenantId, "22222222-aaaa-4bbb-8ccc-000000000001", "Third User", "third.user@second.example"),
  // https://learn.microsoft.com/en-us/graph/api/resources/user: Graph says sixteen digits where the token has them behind zeros.
  account(
    personalTenantId,
    "00000000-0000-0000-1234-56789abcdef0",
    "Home User",
    "home.user@outlook.example",
    "123456789abcdef0",
  ),
]

/** Which of `accounts` may come in at `/{tenant}/`; undefined where there is no such tenant. */
export function accountsAt(
  tenant: string,
  accounts: readonly EmulatedAccount<MicrosoftAccount>[],
): readonly EmulatedAccount<MicrosoftAccount>[] | undefined {
  const isPersonal = ({ data }: EmulatedAccount<MicrosoftAccount>) => data.tenantId === personalTenantId
  if (tenant === "common") return accounts
  if (tenant === "consumers") return accounts.filter(isPersonal)
  if (tenant === "organizations") return accounts.filter((one) => !isPersonal(one))
  const inside = accounts.filter(
    ({ data }) =>
      data.tenantId === tenant || (!isPersonal({ id: "", label: "", data }) && data.email.endsWith(`@${tenant}`)),
  )
  return inside.length > 0 ? inside : undefined
}
