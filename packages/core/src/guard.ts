/**
 * Decides whether a host that a person typed or a provider returned may be contacted, and throws `host_forbidden` if not.
 * Core has no DNS: `@holdfast/server/node` brings one that resolves, refuses private addresses, and pins what it resolved.
 * Without one, such hosts are refused.
 */
export type Guard = (host: string, port: number) => Promise<void>
