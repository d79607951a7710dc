import { app } from "./app.js"
import { holdfast } from "./integrations.js"

await app.listen({ host: "localhost", port: Number(process.env.PORT ?? 3000) })
console.log(`Open ${process.env.APP_URL ?? "http://localhost:3000"}`)
holdfast.scheduler.start()

process.once("SIGTERM", async () => {
  await app.close()
  await holdfast.close()
})
