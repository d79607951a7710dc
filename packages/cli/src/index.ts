export { generateKey } from "./keygen.js"
export { type MigrateOptions, migrate } from "./migrate.js"
