/**
 * Every text of the element, in English. `{name}` and the like are holes that are filled in; a translation may leave them out. JSON-safe,
 * so that a page can be handed its texts as data.
 */
export const strings = {
  // The page.
  title: "Integrations",
  search: "Search integrations",
  searchEmpty: "Nothing matches “{query}”.",
  searchClear: "Clear search",
  found: "{count} found",
  loading: "Loading integrations",
  loadFailed: "The integrations could not be loaded.",
  retry: "Try again",
  empty: "There is nothing to connect yet.",
  emptyHelp: "Integrations appear here as soon as the app offers some.",
  dismiss: "Dismiss",
  close: "Close",
  cancel: "Cancel",
  opensInNewTab: "(opens in a new tab)",

  // A card of the catalogue.
  connected: "Connected",
  connectedCount: "{count} connected",
  needsAttention: "Needs attention",
  connectWithOauth: "Connect with OAuth",
  connectWithKey: "Connect with API Key",
  connectTo: "{action}: {connector}",
  manage: "Manage",
  manageOf: "Manage {connector}",
  setupGuide: "Set-up guide",
  setupGuideOf: "Set-up guide for {connector}",
  appMissing: "OAuth configuration missing",
  appMissingAdmin: "Add the client ID and secret of your app first.",
  appMissingOther: "An administrator has to add the app’s client ID and secret first.",
  oauthSettings: "OAuth Settings",
  waiting: "Finish in the window that opened.",
  blocked: "The browser did not open a window.",
  blockedGo: "Continue to {connector}",
  cancelled: "Nothing was connected.",
  nowConnected: "{connector} is connected.",

  // Connecting in a dialog.
  connectTitle: "Connect {connector}",
  reconnectTitle: "Reconnect {connector}",
  saveAndConnect: "Save & Connect",
  continueButton: "Continue",
  continueTo: "Continue to {connector}",
  openAgain: "Open the window again",
  starting: "One moment",
  startOver: "Start again",
  connectionName: "Name of the connection",
  connectionNameHelp: "To tell several apart. Left empty, it is called as the account is.",
  optional: "optional",
  redirectHelp: "{connector} asks you to sign in and to agree, in a window of its own.",
  showTyped: "Show",
  hideTyped: "Hide",
  qrTitle: "Scan this code with the {connector} app",
  qrLabel: "QR code to scan with the {connector} app",
  qrLeft: "A new code follows in {seconds} s.",
  qrRenewing: "Getting a new code",
  wait: "One moment",

  // What is wrong with a field.
  fieldMissing: "Fill this in.",
  fieldInvalidText: "This does not look right. Compare it with the hint.",
  fieldInvalidLike: "This does not look right. It should be like {example}.",
  fieldInvalidUrl: "This is no web address. Write it as https://example.com.",
  fieldInvalidTel: "This is no phone number. Write it with its country code, such as +1 555 010 0001.",
  fieldInvalidCode: "This code is not right. Enter the latest one that you were sent.",
  fieldInvalidPassword: "This was not accepted. Check it for typing errors, and that it is complete.",
  fieldInvalidSelect: "Choose one.",

  // The connections of a provider.
  connections: "Connections",
  notConnected: "Nothing is connected yet.",
  addAnother: "Connect another account",
  account: "Account",
  connectedOn: "Connected on {date}",
  sharedTenant: "Shared with everyone",
  statusActive: "Working",
  statusDegraded: "Impaired",
  statusAmbiguous: "Being checked",
  statusNeedsReauth: "Reconnect needed",
  statusDisconnecting: "Being disconnected",
  statusDisabled: "Switched off",
  test: "Test",
  testOf: "Test {name}",
  testing: "Testing",
  testingOf: "Testing {name}",
  testPassed: "Everything works.",
  testFailed: "The test found a problem.",
  partOk: "works",
  partFailed: "failed",
  partToken: "Access",
  partApi: "Service reachable",
  partPermissions: "Permissions",
  missingScopes: "Missing permissions: {scopes}",
  reconnect: "Reconnect",
  reconnectOf: "Reconnect {name}",
  reconnected: "{name} is connected again.",
  rename: "Rename",
  renameOf: "Rename {name}",
  renameLabel: "New name",
  renameHelp: "Enter saves, Escape keeps the old name.",
  save: "Save",
  renamed: "Renamed to {name}.",
  disconnect: "Disconnect",
  disconnectOf: "Disconnect {name}",
  disconnectTitle: "Disconnect {name}?",
  disconnectBody:
    "What is stored for it is deleted, and {connector} is asked to withdraw access where it can. Whatever uses this connection stops working. Your data at {connector} stays as it is.",
  disconnectKeep: "Keep it",
  disconnected: "{name} is disconnected.",
  disconnectedShared: "{name} is disconnected. The access itself stays, since another connection uses it.",
  disconnectedUnsupported:
    "{name} is disconnected. {connector} cannot withdraw access by itself: remove it there, too, if you want to be sure.",
  disconnectedPending: "{name} is being disconnected. {connector} is told as soon as it can be reached.",

  // The set-up guide, and addresses to copy.
  openConsole: "Open {connector}’s console",
  redirectUri: "Redirect URI",
  webhookUrl: "Webhook URL",
  copy: "Copy",
  copyOf: "Copy the {name}",
  copied: "Copied",
  copySelected: "Selected: copy it with your keyboard",

  // OAuth Settings, for administrators.
  settingsIntro:
    "The apps that you have registered at each service. Secrets are sealed before they are stored, and never shown again.",
  settingsSearch: "Search services",
  settingsEmpty: "No service here needs an app of its own.",
  appSaved: "Saved here",
  appBuiltIn: "Built in",
  appNone: "Not set up",
  appBuiltInHelp: "An app comes with this installation. What you save here is used in its place.",
  appUses: "Client ID in use: {clientId}",
  secretIsSet: "Saved. Leave it empty to keep it.",
  forVendor: "Use it for these too: {services}",
  appNowSaved: "Saved. {connector} can be connected now.",
  appRemove: "Remove",
  appRemoveOf: "Remove the app of {connector}",
  appRemoveAsk: "Connections that were made with this app can no longer be renewed.",
  appRemoveVendorAsk:
    "It is shared by several services. Connections of any of them that were made with it can no longer be renewed.",
  appRemoved: "The app of {connector} is removed.",
  appStaysForVendor:
    "The app was saved for several services at once, and is still used here. Save another one to replace it.",

  // The doctor's advice.
  actorEndUser: "What you can do:",
  actorDeveloper: "For the administrator:",
  adviceLink: "Open",

  // Figures.
  statistics: "Usage",
  statisticsOf: "Usage of {name}",
  usageCalls: "Calls",
  usageErrors: "Errors",
  usageLast: "Last used",
  usageNever: "Never",
  usageByOperation: "By operation",
  usageOperation: "Operation",
  providerFigures: "From {connector}",
  ourFigures: "From this app",

  // Categories of the catalogue.
  "category.ai": "AI",
  "category.commerce": "Commerce",
  "category.communication": "Communication",
  "category.crm": "CRM",
  "category.design": "Design",
  "category.development": "Development",
  "category.finance": "Finance",
  "category.marketing": "Marketing",
  "category.other": "Other",
  "category.payments": "Payments",
  "category.productivity": "Productivity",
  "category.scheduling": "Scheduling",
  "category.storage": "Storage",
  "category.support": "Support",
  "category.websites": "Websites",

  // Errors by code: what happened, and what to do. A code that is not here is told in the backend's own words.
  "error.offline": "The server cannot be reached. Check your connection, then try again. What you typed is still here.",
  "error.unauthenticated": "You are signed out. Sign in again, then load this page anew.",
  "error.forbidden": "You are not allowed to do this. Ask an administrator.",
  "error.not_found": "This is no longer there. Load the page anew.",
  "error.popup_blocked": "The browser blocked the window. Allow windows for this page, then try again.",
  "error.answer_unreadable": "The server answered in a way that this page does not understand. Try again later.",
  "error.input_invalid": "Something that you typed is not right. Correct it and try again.",
  "error.credential_invalid":
    "This key or password was not accepted. Check that you copied all of it, that it has not expired, and that it is of the right kind.",
  "error.app_not_configured": "OAuth configuration missing. Add the client ID and secret in OAuth Settings.",
  "error.access_denied": "Access was not granted. Try again, and agree on the page of the service.",
  "error.account_mismatch": "That is another account. Sign in with the one that was connected before.",
  "error.attempt_expired": "This is no longer valid: it took too long, or was tried too often. Start again.",
  "error.attempt_replayed": "This was already used. Start again.",
  "error.attempt_interrupted": "Connecting was interrupted. Start again.",
  "error.state_mismatch":
    "The answer came back to another browser, or its cookie was lost. Allow cookies for this page and start again.",
  "error.redirect_uri_mismatch":
    "The redirect URI does not match the one registered at the service. It must be the same, letter by letter.",
  "error.rate_limited": "The service asks to slow down. Try again in a while.",
  "error.too_many_attempts": "Too many tries. Wait a while, then start again.",
  "error.provider_unavailable": "The service cannot be reached right now. Try again later.",
  "error.provider_rejected": "The service refused. Check what you entered, and its settings there.",
  "error.host_forbidden": "This address cannot be used. Check it for typing errors.",
  "error.store_unavailable": "The server’s database cannot be reached right now. Try again later.",
  "error.scope_missing": "A permission is missing. Reconnect, and agree to all that is asked for.",
  "error.reauth_required": "This connection has to be authorised again. Reconnect it.",
  "error.unexpected": "Something went wrong. Try again.",
  retryIn: "Try again in {time}.",
} as const satisfies Record<string, string>

/** The name of a text. */
export type StringKey = keyof typeof strings

/** All texts, in some language. */
export type Strings = Readonly<Record<StringKey, string>>

/** English, with what is given over it. */
export function withStrings(over: Partial<Strings> = {}): Strings {
  return { ...strings, ...over }
}

/** A text with its holes filled: `fill("{name} is connected.", { name: "Slack" })`. */
export function fill(text: string, holes: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (hole, name: string) => (Object.hasOwn(holes, name) ? String(holes[name]) : hole))
}

/** The text of a name that is put together, such as `category.${id}`; `otherwise` where there is none. */
export function textOf(texts: Strings, name: string, otherwise: string): string {
  return Object.hasOwn(texts, name) ? texts[name as StringKey] : otherwise
}
