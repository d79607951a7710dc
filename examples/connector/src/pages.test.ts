import { connectorWorld } from "@holdfast/testing"
import { expect, it } from "vitest"
import { acme } from "./acme.js"
import { acmeEmulator, emulatorApp } from "./emulator.js"

it("walks the projects from one page to the next", async () => {
  const { connect } = connectorWorld({ connectors: [acme(emulatorApp)], emulator: acmeEmulator() })
  const connection = await connect()
  const found: string[] = []
  for await (const { id } of connection.paginate("list_projects")) found.push(id)
  expect(found).toEqual(["project_1", "project_2", "project_3"])
})
