export { type BullmqEngine, type BullmqEngineOptions, bullmqEngine } from "./bullmq-engine.js"
