import type { Plugin } from "esbuild"
import { library } from "../../scripts/library.js"
import { bundlePage } from "./src/page/bundle.js"

/** Puts the finished script in the place of the module that would bundle it, so that what is published bundles nothing. */
const inlinePage: Plugin = {
  name: "inline-page",
  setup(build) {
    build.onLoad({ filter: /[\\/]page[\\/]script\.ts$/ }, async () => ({
      contents: `export const script = ${JSON.stringify(await bundlePage())}`,
    }))
  },
}

export default library({ esbuildPlugins: [inlinePage] })
