/** A Mailchimp account; keys and tokens are its, not a person's. */
export interface MailchimpAccount {
  readonly account_id: string
  readonly user_id: number
  readonly name: string
  readonly email: string
  /** Its data centre. */
  readonly dc: string
}

export interface MailchimpMember {
  readonly id: string
  email_address: string
  status: string
  readonly list_id: string
  merge_fields: Record<string, unknown>
  readonly [further: string]: unknown
}

export interface MailchimpWebhook {
  readonly id: string
  readonly list_id: string
  url: string
  readonly events: Readonly<Record<string, boolean>>
  readonly sources: Readonly<Record<string, boolean>>
  /** What its deliveries are signed with; absent where it was made without. */
  readonly secret?: string
}

export interface ApiState {
  readonly members: MailchimpMember[]
  readonly webhooks: MailchimpWebhook[]
  readonly campaigns: { readonly id: string; readonly account_id: string; status: string; readonly list_id: string }[]
}
