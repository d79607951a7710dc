export {
  type AnthropicEmulator,
  type AnthropicProvider,
  anthropicKeys,
  anthropicWorkspaces,
  createAnthropicEmulator,
} from "./anthropic.emulator.js"
export {
  type AsanaEmulator,
  type AsanaEmulatorOptions,
  type AsanaProvider,
  asanaApp,
  asanaTokens,
  createAsanaEmulator,
} from "./asana.emulator.js"
export { type AsanaWebhook, asanaHeartbeat, asanaSignature, asanaTaskEvent } from "./asana-webhooks.emulator.js"
export { type BoxEmulator, type BoxProvider, boxApp, createBoxEmulator } from "./box.emulator.js"
export { type BoxWebhook, boxEvent, boxSignature } from "./box-webhooks.emulator.js"
export { type CanvaEmulator, type CanvaProvider, canvaApp, createCanvaEmulator } from "./canva.emulator.js"
export {
  type ClickupEmulator,
  type ClickupProvider,
  clickupApp,
  clickupTokens,
  createClickupEmulator,
} from "./clickup.emulator.js"
export { type ClickupWebhook, clickupSignature, clickupTaskEvent } from "./clickup-webhooks.emulator.js"
export type { CatalogEmulatorOptions } from "./emulator-kit.js"
export { createFigmaEmulator, type FigmaEmulator, type FigmaProvider, figmaApp, figmaTokens } from "./figma.emulator.js"
export {
  createGohighlevelEmulator,
  type GohighlevelEmulator,
  type GohighlevelProvider,
  gohighlevelApp,
  type HighlevelPlace,
} from "./gohighlevel.emulator.js"
export { gohighlevelEvent, gohighlevelSignature } from "./gohighlevel-webhooks.emulator.js"
export { createKajabiEmulator, type KajabiEmulator, type KajabiProvider, kajabiKeys } from "./kajabi.emulator.js"
export {
  createKartraEmulator,
  type KartraEmulator,
  type KartraEmulatorOptions,
  type KartraProvider,
  kartraApp,
  kartraKeys,
} from "./kartra.emulator.js"
export {
  createLinearEmulator,
  type LinearEmulator,
  type LinearProvider,
  linearApp,
  linearKeys,
  linearOrganization,
  linearTeam,
} from "./linear.emulator.js"
export { type LinearWebhook, linearEvent, linearSignature } from "./linear-webhooks.emulator.js"
export {
  createMailerliteEmulator,
  type MailerliteEmulator,
  type MailerliteProvider,
  mailerliteKeys,
} from "./mailerlite.emulator.js"
export {
  createMondayEmulator,
  type MondayEmulator,
  type MondayProvider,
  mondayApp,
  mondayKeys,
} from "./monday.emulator.js"
export { createOpenaiEmulator, type OpenaiEmulator, type OpenaiProvider, openaiKeys } from "./openai.emulator.js"
export {
  createPipedriveEmulator,
  type PipedriveEmulator,
  type PipedriveProvider,
  pipedriveApp,
} from "./pipedrive.emulator.js"
export {
  createSendgridEmulator,
  type SendgridEmulator,
  type SendgridProvider,
  sendgridKeys,
} from "./sendgrid.emulator.js"
export { type SendgridWebhook, sendgridEvent, sendgridSignature } from "./sendgrid-webhooks.emulator.js"
export { createSpotifyEmulator, type SpotifyEmulator, type SpotifyProvider, spotifyApp } from "./spotify.emulator.js"
export { createWixEmulator, type WixEmulator, type WixProvider, wixApp, wixInstances } from "./wix.emulator.js"
