import { createApp } from "./app.js"

const { app, holdfast } = createApp()
holdfast.scheduler.start()

const server = app.listen(Number(process.env.PORT ?? 3000), (error) => {
  if (error) throw error
  console.log(`Open ${process.env.APP_URL ?? "http://localhost:3000"}`)
})

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    server.close()
    server.closeIdleConnections()
    void holdfast.close()
  })
}
