// https://developer.paypal.com/api/rest/responses/
import type { KnownCause } from "@holdfast/core"

/** What PayPal's names and issues ask people to do. @see https://developer.paypal.com/api/errors/not-authorized */
export const causes: readonly KnownCause[] = [
  {
    codes: ["NOT_AUTHORIZED", "PERMISSION_DENIED"],
    cause: "feature_not_enabled",
    actor: "end_user",
    text: "The app of the business has not been given this feature, or the account that is to be paid has not agreed to it.",
    advice:
      "Tick the feature on the app's page under “Apps & Credentials”; new features take up to nine hours, until the token is a new one.",
    link: "https://developer.paypal.com/dashboard/applications",
  },
  {
    codes: ["INSTRUMENT_DECLINED"],
    cause: "payment_declined",
    actor: "end_user",
    text: "The card or bank account with which the order was to be paid was declined.",
    advice: "Send the payer back to PayPal to choose another.",
  },
  {
    codes: ["ORDER_NOT_APPROVED"],
    cause: "payer_has_not_approved",
    actor: "end_user",
    text: "The payer has not approved the order yet.",
    advice: "Send the payer to the order's approval page first.",
  },
  {
    codes: ["PAYEE_ACCOUNT_RESTRICTED"],
    cause: "business_restricted",
    actor: "end_user",
    text: "PayPal has restricted the business's account.",
    advice: "Have the business log in to PayPal, and settle what is open in its Resolution Centre.",
  },
]
