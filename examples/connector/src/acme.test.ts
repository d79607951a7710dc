import { connectorSuite } from "@holdfast/testing"
import { acme } from "./acme.js"
import { acmeEmulator, emulatorApp } from "./emulator.js"

connectorSuite(acme, {
  emulator: ({ redirectUri }) => acmeEmulator({ redirectUris: [redirectUri] }),
  app: emulatorApp,
  methods: { oauth: { account: { id: "user_1", label: "First user" } } },
  operations: {
    list_projects: {
      answer: {
        projects: [
          { id: "project_1", name: "One" },
          { id: "project_2", name: "Two" },
        ],
        nextCursor: "project_3",
      },
    },
    create_project: { parameters: { name: "Four" }, answer: { id: "project_4", name: "Four" } },
  },
  errors: [
    {
      when: "the cursor names no project",
      operation: "list_projects",
      parameters: { cursor: "project_none" },
      code: "resource_not_found",
      providerCode: "project_not_found",
    },
  ],
})
