import type { Exchange } from "../exchange.js"
import { failureJson, failureOf } from "../failure.js"
import { assets } from "../pages/assets.js"
import type { Route } from "../router.js"

/** The style and scripts of our pages. */
export const assetRoutes: readonly Route[] = [{ method: "GET", path: "/assets/{name}", open: true, answer: sendAsset }]

function sendAsset({ param }: Exchange): Response {
  const name = param("name")
  const asset = Object.hasOwn(assets, name) ? assets[name] : undefined
  if (!asset) return failureJson(failureOf("route_unknown"))
  return new Response(asset.text, {
    headers: { "content-type": asset.type, "cache-control": "public, max-age=3600" },
  })
}
