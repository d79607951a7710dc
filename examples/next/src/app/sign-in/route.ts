import { signIn } from "../../session"

const page = `<!doctype html><html lang="en"><title>Sign in</title><link rel="icon" href="data:,">
<h1>Sign in</h1>
<form method="post">
<button name="name" value="admin">As the admin</button>
<button name="name" value="member">As a member</button>
</form>`

export function GET(): Response {
  return new Response(page, { headers: { "content-type": "text/html" } })
}

export async function POST(request: Request): Promise<Response> {
  await signIn(String((await request.formData()).get("name")))
  return new Response(null, { status: 303, headers: { location: "/" } })
}
