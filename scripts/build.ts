/** `pnpm build`: every published package to its `dist`. */
import { join } from "node:path"
import { bin, eachOf, publishedPackages, root, run } from "./workspace.js"

await eachOf(
  publishedPackages(),
  ({ dir }) => dir,
  ({ dir }) => run(bin("tsup"), [], join(root, dir)),
)
