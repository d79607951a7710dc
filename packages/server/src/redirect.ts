/** Sends the browser on with a GET, so that nothing it posted or carried in the address is sent again. */
export function seeOther(url: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(null, { status: 303, headers: { ...headers, location: url } })
}
