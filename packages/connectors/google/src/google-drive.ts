// https://developers.google.com/workspace/drive/api/reference/rest/v3/files
import { defineConnector, operation } from "@holdfast/core"
import { z } from "zod"
import { errors } from "./errors.js"
import { checkWith, type GoogleOptions, google, googleOAuth, identityOrigin, scope, setupFor } from "./vendor.js"

const file = z.looseObject({
  id: z.string(),
  name: z.string(),
  mimeType: z.string(),
  modifiedTime: z.string().optional(),
  /** Bytes, as a string; absent for Google's own documents. */
  size: z.string().optional(),
  webViewLink: z.string().optional(),
  parents: z.array(z.string()).optional(),
})
const fileList = z.looseObject({ files: z.array(file).default([]), nextPageToken: z.string().optional() })

const read = [
  ["drive.metadata.readonly", "drive.readonly", "drive.file", "drive.metadata", "drive"].map(scope).join("|"),
]

const define = defineConnector({
  ...google,
  id: "google-drive",
  name: "Google Drive",
  category: "storage",
  documentation: "https://developers.google.com/workspace/drive/api",
  methods: [googleOAuth([scope("drive.metadata.readonly")])],
  api: { baseUrl: "https://www.googleapis.com/drive/v3", hosts: [identityOrigin], authorization: "Bearer" },
  errors,
  check: checkWith(({ http }) => http.get("/about", { query: { fields: "kind" } })),

  operations: {
    list_files: operation({
      summary: "List files and folders",
      effect: "read",
      scopes: read,
      input: z.object({
        q: z
          .string()
          .optional()
          .describe(
            "name contains 'invoice' and trashed = false; see developers.google.com/workspace/drive/api/guides/search-files",
          ),
        orderBy: z.string().optional().describe("modifiedTime desc"),
        pageSize: z.int().min(1).max(1_000).default(100),
        pageToken: z.string().optional(),
      }),
      output: fileList,
      pages: {
        items: (result) => result.files ?? [],
        next: ({ nextPageToken }) => (nextPageToken ? { pageToken: nextPageToken } : undefined),
      },
      run: ({ http }, query) =>
        http.get("/files", {
          query: {
            ...query,
            fields: "nextPageToken,files(id,name,mimeType,modifiedTime,size,webViewLink,parents,owners,trashed)",
            // Without both, what is in shared drives is left out.
            supportsAllDrives: true,
            includeItemsFromAllDrives: true,
          },
          output: fileList,
        }),
    }),
  },

  setup: setupFor({ title: "Google Drive API", library: "drive.googleapis.com" }, [
    "Under “Data access” add the scope drive.metadata.readonly. It is restricted: an app that everybody may use needs Google's security assessment; drive.file does not.",
  ]),
})

export interface GoogleDriveConnector extends ReturnType<typeof define> {}
/** Google Drive: which files the person has. */
export const googleDrive: (options?: GoogleOptions) => GoogleDriveConnector = (options) =>
  define(options && { ...options })
