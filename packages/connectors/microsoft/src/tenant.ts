// https://learn.microsoft.com/en-us/entra/identity-platform/v2-protocols#endpoints
import type { App, Context } from "@holdfast/core"

/** The tenant that all personal accounts are in. @see https://learn.microsoft.com/en-us/entra/identity-platform/id-token-claims-reference#payload-claims */
export const personalTenantId = "9188040d-6c67-4c5b-b112-36a304b66dad"

/** The door that an app's people come in by. */
export function tenantOf(app: App | undefined): string {
  return app?.fields.tenant || "common"
}

/** The context with a value for `{tenant}` of the endpoints, which is the app's and not the person's. */
export function inTenant<State>(context: Context<State>): Context<State> {
  const { attempt, account, app } = context
  const tenant = tenantOf(app)
  return {
    ...context,
    ...(attempt && { attempt: { ...attempt, input: { ...attempt.input, tenant } } }),
    ...(account && { account: { ...account, data: { ...account.data, tenant } } }),
  }
}
