import { type ChildProcess, spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { type AddressInfo, connect, createServer } from "node:net"
import { tmpdir, userInfo } from "node:os"
import { join } from "node:path"
import { createServerIdentity } from "./emulator/certificate.js"
import type { MailServer, MailServers } from "./servers.js"

const program = "/usr/sbin/dovecot"
// Dovecot hands mail to no process of root's.
const nobody = 65_534
const host = "127.0.0.1"

/** Why Dovecot cannot be run here; undefined where it can. */
export const missingDovecot =
  existsSync(program) && existsSync("/usr/lib/dovecot/submission-login") ? undefined : "Dovecot is not installed"

export interface Dovecot {
  readonly servers: MailServers
  readonly starttls: MailServer
  readonly ca: string
  log(): Promise<string>
  close(): Promise<void>
}

/** A Dovecot of our own on loopback, with one mailbox; what is sent through it goes on to `relay`. Tokens are asked about at `tokens`. */
export async function startDovecot(
  mailbox: { readonly address: string; readonly password: string },
  relay: MailServer,
  tokens: string,
): Promise<Dovecot> {
  const folder = await mkdtemp(join(tmpdir(), "dovecot-"))
  const [imap, imaps, submission] = [await freePort(), await freePort(), await freePort()]
  const identity = createServerIdentity()
  const { uid, username } = userInfo()
  const owner = uid === 0 ? nobody : uid
  await chmod(folder, 0o755)
  for (const name of ["run", "mail"]) await mkdir(join(folder, name))
  if (uid === 0) await chown(join(folder, "mail"), owner, owner)
  const file = async (name: string, text: string) => {
    await writeFile(join(folder, name), text)
    return join(folder, name)
  }
  const users = await file("users", `${mailbox.address}:{PLAIN}${mailbox.password}::::::\n`)
  const introspection = await file(
    "oauth2.conf",
    `introspection_mode = auth\nintrospection_url = ${tokens}\nusername_attribute = email\nactive_attribute = active\nactive_value = yes\n`,
  )
  const own = uid === 0 ? "" : `default_internal_user = ${username}\ndefault_login_user = ${username}\n`
  const port = (name: string, at: number, ssl = "") => `inet_listener ${name} {\n port = ${at}\n ${ssl}\n }`
  const settings = `
base_dir = ${folder}/run
state_dir = ${folder}/run
log_path = ${folder}/log
protocols = imap submission
listen = ${host}
hostname = localhost
${own}first_valid_uid = ${Math.min(owner, 500)}
ssl = required
ssl_cert = <${await file("cert.pem", identity.cert)}
ssl_key = <${await file("key.pem", identity.key)}
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0
mail_location = maildir:${folder}/mail/%u
passdb {
 driver = oauth2
 mechanisms = xoauth2
 args = ${introspection}
}
passdb {
 driver = passwd-file
 mechanisms = plain login
 args = username_format=%u ${users}
}
userdb {
 driver = static
 args = uid=${owner} gid=${owner} home=${folder}/mail/%u
}
service imap-login {
 chroot =
 ${port("imap", imap)}
 ${port("imaps", imaps, "ssl = yes")}
}
service submission-login {
 chroot =
 ${port("submission", submission)}
}
service anvil {
 chroot =
}
service stats {
 chroot =
}
submission_relay_host = ${relay.host}
submission_relay_port = ${relay.port}
submission_relay_ssl = smtps
submission_relay_ssl_verify = no
submission_relay_user = ${mailbox.address}
submission_relay_password = ${mailbox.password}
`
  const server = spawn(program, ["-F", "-c", await file("dovecot.conf", settings)], { stdio: "ignore" })
  const log = () => readFile(join(folder, "log"), "utf8").catch(() => "")
  await listening([imap, imaps, submission], server, log)
  return {
    servers: {
      imap: { host, port: imaps, security: "tls" },
      smtp: { host, port: submission, security: "starttls" },
    },
    starttls: { host, port: imap, security: "starttls" },
    ca: identity.cert,
    log,
    async close() {
      const gone = new Promise((resolve) => server.once("exit", resolve))
      server.kill("SIGTERM")
      if (server.exitCode === null) await gone
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function listening(ports: readonly number[], server: ChildProcess, log: () => Promise<string>): Promise<void> {
  for (let turn = 0; turn < 100; turn++) {
    if (server.exitCode !== null) throw new Error(`Dovecot ended: ${await log()}`)
    const open = await Promise.all(ports.map(answers))
    if (open.every(Boolean)) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`Dovecot does not listen: ${await log()}`)
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false))
    socket.once("connect", () => socket.destroy())
  })
}
