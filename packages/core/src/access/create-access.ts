import type { Access } from "../access.js"
import { type ApiKeysDependencies, createApiKeys, looksLikeApiKey } from "./api-keys.js"
import { type BrowserTokensDependencies, createBrowserTokens, looksLikeBrowserToken } from "./browser-tokens.js"

/** Tokens for browsers and keys for programs. */
export function createAccess(deps: BrowserTokensDependencies & ApiKeysDependencies): Access {
  return Object.freeze({
    ...createBrowserTokens(deps),
    ...createApiKeys(deps),
    kindOf: (token) => (looksLikeApiKey(token) ? "key" : looksLikeBrowserToken(token) ? "browser" : undefined),
  } satisfies Access)
}
