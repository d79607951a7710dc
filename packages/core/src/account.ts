/** Who the provider says is there. */
export interface Account {
  /** The provider's immutable id, qualified by tenant where the provider has them. Never an e-mail address. */
  readonly id: string
  /** What a person recognises it by. */
  readonly label: string
  readonly email?: string
  /** What the API needs to be called: shop, realmId, instanceUrl, dc, site. */
  readonly data?: Readonly<Record<string, string>>
  /** Mode or kind worth showing beside the label, such as `test` or `live`. */
  readonly kind?: string
  /** `false` where the provider names nobody (plain API keys): the id is then a keyed fingerprint, and reconnecting may change it. Default: true. */
  readonly pinned?: boolean
}
