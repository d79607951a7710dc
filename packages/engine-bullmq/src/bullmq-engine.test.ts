import { engineSuite } from "@holdfast/testing"
import { it } from "vitest"
import { missingRedis, redisQueue, redisUrl } from "./redis.fixture.js"

const missing = await missingRedis()

if (missing === undefined) engineSuite({ name: "bullmqEngine", server: redisUrl, create: redisQueue })
else it.skip(`bullmqEngine is an engine that goes on whatever happens (skip: ${missing})`, () => {})
