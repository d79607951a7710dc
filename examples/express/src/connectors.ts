import { airtable } from "@holdfast/airtable"
import { jira, trello } from "@holdfast/atlassian"
import { calendly } from "@holdfast/calendly"
import {
  anthropic,
  asana,
  box,
  canva,
  clickup,
  figma,
  gohighlevel,
  kajabi,
  kartra,
  linear,
  mailerlite,
  monday,
  openai,
  pipedrive,
  sendgrid,
  spotify,
  wix,
} from "@holdfast/catalog"
import { discord } from "@holdfast/discord"
import { type EmailOptions, email } from "@holdfast/email"
import { github } from "@holdfast/github"
import { gmail, googleCalendar, googleChat, googleDrive, googleSheets } from "@holdfast/google"
import { hubspot } from "@holdfast/hubspot"
import { mailchimp } from "@holdfast/mailchimp"
import { outlook, outlookCalendar, teams } from "@holdfast/microsoft"
import { notion } from "@holdfast/notion"
import { paypal } from "@holdfast/paypal"
import { plaid } from "@holdfast/plaid"
import { quickbooks } from "@holdfast/quickbooks"
import { salesforce } from "@holdfast/salesforce"
import { shopify } from "@holdfast/shopify"
import { slack } from "@holdfast/slack"
import { stripe } from "@holdfast/stripe"
import { type TelegramOptions, telegram } from "@holdfast/telegram"
import { woocommerce } from "@holdfast/woocommerce"
import { wordpress } from "@holdfast/wordpress"
import { xero } from "@holdfast/xero"
import { zendesk } from "@holdfast/zendesk"
import { zohoBooks } from "@holdfast/zoho"
import { zoom } from "@holdfast/zoom"

/** How providers that are not HTTP are reached, where that is not as usual. */
export interface Transports {
  readonly telegram?: TelegramOptions
  readonly email?: EmailOptions
}

/** What can be connected. None is given its registration here: each reads the environment, or what an admin has saved. */
export function connectors(transports: Transports = {}) {
  return [
    slack(),
    discord(),
    zoom(),
    telegram(transports.telegram),
    email(transports.email),
    sendgrid(),
    googleSheets(),
    googleCalendar(),
    googleDrive(),
    gmail(),
    googleChat(),
    outlook(),
    outlookCalendar(),
    teams(),
    shopify(),
    woocommerce(),
    wordpress(),
    wix(),
    kajabi(),
    stripe(),
    paypal(),
    plaid(),
    quickbooks(),
    xero(),
    zohoBooks(),
    notion(),
    airtable(),
    github(),
    trello(),
    jira(),
    asana(),
    clickup(),
    linear(),
    monday(),
    hubspot(),
    salesforce(),
    zendesk(),
    pipedrive(),
    gohighlevel(),
    calendly(),
    box(),
    canva(),
    figma(),
    spotify(),
    mailchimp(),
    kartra(),
    mailerlite(),
    anthropic(),
    openai(),
  ] as const
}
