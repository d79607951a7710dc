/** `pnpm typecheck`: every `tsconfig.json`, the root's and each package's, against sources: no build is needed. */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { bin, eachOf, root, run, workspacePackages } from "./workspace.js"

const projects = [".", ...workspacePackages().map(({ dir }) => dir)].filter((dir) =>
  existsSync(join(root, dir, "tsconfig.json")),
)

await eachOf(
  projects,
  (dir) => dir,
  (dir) => run(bin("tsc"), ["--noEmit", "-p", dir]),
)
