import { bundlePage } from "./bundle.js"

/** The page's script, bundled when it is first asked for. A build puts the finished text in the place of this module. */
export const script: string = await bundlePage()
