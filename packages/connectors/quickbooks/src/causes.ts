// https://developer.intuit.com/app/developer/qbo/docs/develop/troubleshooting/error-codes
import type { KnownCause } from "@holdfast/core"

const dashboard = "https://developer.intuit.com/app/developer/dashboard"

/** What Intuit's codes ask people to do. @see https://developer.intuit.com/app/developer/qbo/docs/develop/troubleshooting/handling-common-errors */
export const causes: readonly KnownCause[] = [
  {
    codes: ["120"],
    cause: "connecting_user_removed",
    actor: "end_user",
    text: "Whoever connected the company is no longer its administrator, or was removed from it.",
    advice: "Have an administrator of the company connect it again.",
    link: "https://developer.intuit.com/app/developer/qbo/docs/develop/troubleshooting/handling-common-errors",
  },
  {
    codes: ["6190"],
    cause: "subscription_ended",
    actor: "end_user",
    text: "The company's subscription to QuickBooks has ended or was not paid, so that its books can only be read.",
    advice: "Have the company renew it in QuickBooks.",
  },
  {
    codes: ["3100"],
    cause: "company_disconnected",
    actor: "end_user",
    text: "The app may not reach this company: it was disconnected in QuickBooks, or another company was chosen at Intuit.",
    advice: "Connect again, as an administrator of the company that is meant.",
  },
  {
    codes: ["5020"],
    cause: "plan_or_role_too_small",
    actor: "end_user",
    text: "The company's plan of QuickBooks, or the person's role in it, does not have this feature.",
    advice: "Have an administrator change the role or the plan.",
  },
  {
    codes: ["130"],
    cause: "wrong_environment",
    actor: "developer",
    text: "A sandbox company was asked for with production keys, or the other way round.",
    advice: "Set `environment` to the one that the keys are for, and connect again.",
    link: dashboard,
  },
  {
    codes: ["6210"],
    cause: "books_closed",
    actor: "end_user",
    text: "The books of that period are closed in QuickBooks.",
    advice: "Use a later date, or have the company's accountant open the period.",
  },
  {
    codes: ["invalid_grant"],
    when: ["refreshing"],
    cause: "refresh_token_ended",
    actor: "end_user",
    text: "The refresh token went unused for 100 days, was replaced by a newer one more than a day ago, or the company disconnected the app.",
    advice: "Connect the company again; if another program refreshes the same token, stop it.",
    link: "https://developer.intuit.com/app/developer/qbo/docs/develop/authentication-and-authorization/faq",
  },
  {
    codes: ["invalid_client"],
    cause: "app_keys_wrong",
    actor: "developer",
    text: "Intuit does not know this client ID and secret, which differ for development and production.",
    advice: "Copy both again under “Keys and credentials”, of the side that is meant.",
    link: dashboard,
  },
]
