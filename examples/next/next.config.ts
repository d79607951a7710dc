import type { NextConfig } from "next"

const config: NextConfig = {
  // It brings SQLite as a native module, which no bundler can take along.
  serverExternalPackages: ["@holdfast/store-sql"],

  // `pnpm typecheck` does that.
  typescript: { ignoreBuildErrors: true },

  // In this repository packages are taken from their sources, so that nothing has to be built first. An app of yours needs none of this.
  transpilePackages: ["client", "core", "google", "server", "slack", "stripe"].map((name) => `@holdfast/${name}`),
  webpack(config, { isServer }) {
    config.resolve.conditionNames = ["@holdfast/source", "..."]
    config.resolve.extensionAlias = { ".js": [".js", ".ts", ".tsx"] }
    if (isServer) config.externals.push({ "@holdfast/store-sql/sqlite": "import @holdfast/store-sql/sqlite" })
    return config
  },
}

export default config
