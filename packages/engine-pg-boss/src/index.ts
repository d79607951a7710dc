export type { Boss } from "./boss.js"
export { type PgBossEngine, type PgBossEngineOptions, pgBossEngine } from "./pg-boss-engine.js"
