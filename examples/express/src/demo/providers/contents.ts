import * as catalog from "@holdfast/catalog/emulator"
import type { ProviderMaker } from "../provider.js"

const box: ProviderMaker = ({ clock, callback }) => ({
  emulator: catalog.createBoxEmulator({ clock, redirectUris: [callback("box")] }),
  registrations: { box: catalog.boxApp },
  connectors: () => ({
    box: {
      operation: "list_folder_items",
      parameters: { list_folder_items: {}, search: { query: "Contract" }, create_folder: { name: "A folder" } },
    },
  }),
})

const canva: ProviderMaker = ({ clock, callback }) => ({
  emulator: catalog.createCanvaEmulator({ clock, redirectUris: [callback("canva")] }),
  registrations: { canva: catalog.canvaApp },
  connectors: () => ({
    canva: { operation: "list_designs", parameters: { list_designs: {} } },
  }),
})

const figma: ProviderMaker = ({ clock, callback }) => ({
  emulator: catalog.createFigmaEmulator({ clock, redirectUris: [callback("figma")] }),
  registrations: { figma: catalog.figmaApp },
  connectors: () => ({
    figma: {
      operation: "get_file_metadata",
      parameters: {
        get_file_metadata: { file_key: "emulatedFileKey" },
        list_comments: { file_key: "emulatedFileKey" },
      },
      hints: [["personal access token", catalog.figmaTokens.first]],
      // People take an app's access back on their own page; there is no request for it.
      revocation: "none",
    },
  }),
})

const spotify: ProviderMaker = ({ clock, callback }) => ({
  emulator: catalog.createSpotifyEmulator({ clock, redirectUris: [callback("spotify")] }),
  registrations: { spotify: catalog.spotifyApp },
  connectors: () => ({
    spotify: {
      operation: "list_playlists",
      parameters: { list_playlists: {}, get_track: { id: "11dFghVXANMlKmJXsNCbNl" } },
      revocation: "none",
    },
  }),
})

/** Files, designs and music. */
export const contents = [box, canva, figma, spotify]
