import { connectorSuite } from "@holdfast/testing"
import { createWordpressEmulator, type WordpressEmulator } from "./emulator.js"
import { type WordpressConnector, type WordpressOptions, wordpress } from "./index.js"

type Examples = Parameters<typeof connectorSuite<WordpressConnector, WordpressOptions, WordpressEmulator>>[1]

const editor = "second.editor"
const typed =
  (username: string, site: string) =>
  ({ provider }: WordpressEmulator) => ({ site, username, password: provider.createPassword(username) })

/** The same site, by every way in which addresses are written. */
function examples(site: string, place: string): Omit<Examples, "emulator"> {
  const life = {
    withdraw: ({ provider }: WordpressEmulator) => provider.removePasswords(),
    alive: ({ provider }: WordpressEmulator) =>
      provider.site.users.some(({ login }) => provider.passwords(login).length > 0),
  }
  return {
    methods: {
      application_password: {
        ...life,
        values: typed(editor, site),
        account: { id: `${place}:2`, label: `Second Editor (${place})`, email: "editor@blog.example.com" },
        another: { values: typed("first.admin", site) },
        refused: [
          { values: { site, username: editor, password: "aaaa bbbb cccc dddd eeee ffff" }, code: "credential_invalid" },
          { values: { site, username: "nobody", password: "aaaabbbbccccddddeeeeffff" }, code: "credential_invalid" },
          { values: { site: "http://blog.example.com", username: editor, password: "x" }, code: "input_invalid" },
          { values: { site: "someone.wordpress.com", username: editor, password: "x" }, code: "input_invalid" },
          { values: { site: `${site}/nothing-here`, username: editor, password: "x" }, code: "input_invalid" },
          {
            values: { site: "https://elsewhere.example.net", username: editor, password: "x" },
            code: "provider_unavailable",
          },
        ],
      },
      authorize_application: {
        ...life,
        values: { site },
        account: { id: `${place}:1`, label: `First Admin (${place})` },
        another: { approve: { account: "2" } },
        refused: [
          { values: { site: "wordpress.com" }, code: "input_invalid" },
          { values: { site: "javascript:alert(1)" }, code: "input_invalid" },
        ],
      },
    },
    operations: {
      list_posts: {
        answer: {
          total: 3,
          posts: ["Third post", "Second post", "Hello world!"].map((rendered) => ({ title: { rendered } })),
        },
      },
      create_post: {
        parameters: { title: "New post", content: "<p>Hello.</p>" },
        answer: { status: "draft", title: { rendered: "New post" } },
        verify({ id }, { provider }) {
          if (provider.site.posts.at(-1)?.id !== id) throw new Error("the post is not there")
        },
      },
      list_comments: { answer: { comments: [{ id: 3 }, { id: 1, author_name: "A WordPress Commenter" }] } },
    },
    errors: [
      {
        when: "there is no such page of posts",
        operation: "list_posts",
        parameters: { page: 99 },
        code: "input_invalid",
        providerCode: "rest_post_invalid_page_number",
      },
      {
        when: "the user may not write",
        operation: "create_post",
        parameters: { title: "No" },
        arrange: ({ faults }) =>
          faults.next({
            on: "POST /wp/v2/posts",
            fault: {
              kind: "status",
              status: 403,
              body: { code: "rest_cannot_create", message: "Sorry, you are not allowed.", data: { status: 403 } },
            },
          }),
        code: "scope_missing",
        providerCode: "rest_cannot_create",
      },
      {
        when: "the site is under maintenance",
        operation: "list_comments",
        arrange: ({ faults }) =>
          faults.next({ on: "GET /wp/v2/comments", fault: { kind: "html", status: 503 }, times: "always" }),
        code: "provider_unavailable",
      },
      {
        when: "a plugin prints a page where JSON should be",
        operation: "list_comments",
        arrange: ({ faults }) => faults.next({ on: "GET /wp/v2/comments", fault: { kind: "html", status: 200 } }),
        code: "response_invalid",
      },
    ],
    unknownError: ({ faults }) =>
      faults.next({ on: "*", fault: { kind: "status", status: 400, body: { code: "holdfast_unheard_of" } } }),
  }
}

connectorSuite(wordpress, {
  ...examples("https://blog.example.com", "blog.example.com"),
  emulator: () => createWordpressEmulator(),
})

connectorSuite(wordpress, {
  ...examples("https://example.com/blog", "example.com/blog"),
  emulator: () =>
    createWordpressEmulator({
      site: "https://example.com/blog",
      siteUrl: "https://example.com/blog/core",
      permalinks: "plain",
    }),
})
