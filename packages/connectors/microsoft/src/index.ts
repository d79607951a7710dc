export { type OutlookConnector, outlook } from "./outlook.js"
export { type OutlookCalendarConnector, outlookCalendar } from "./outlook-calendar.js"
export { type TeamsConnector, teams } from "./teams.js"
export type { MicrosoftOptions } from "./vendor.js"
