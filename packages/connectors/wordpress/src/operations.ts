import { type Call, operation } from "@holdfast/core"
import { z } from "zod"
import { restUrl } from "./site.js"

const text = z.string()
const rendered = z.looseObject({ rendered: text })

/** @see https://developer.wordpress.org/rest-api/reference/posts/ */
const post = z.looseObject({
  id: z.number(),
  status: text.optional(),
  slug: text.optional(),
  link: text.optional(),
  date_gmt: text.nullish(),
  modified_gmt: text.nullish(),
  author: z.number().optional(),
  title: rendered.optional(),
  content: rendered.optional(),
  excerpt: rendered.optional(),
})

/** @see https://developer.wordpress.org/rest-api/reference/comments/ */
const comment = z.looseObject({
  id: z.number(),
  post: z.number().optional(),
  parent: z.number().optional(),
  author_name: text.optional(),
  date_gmt: text.nullish(),
  status: text.optional(),
  link: text.optional(),
  content: rendered.optional(),
})

const ids = z.array(z.int().positive())
const paging = {
  limit: z.int().min(1).max(100).default(20).describe("how many on a page"),
  page: z.int().min(1).default(1),
}
const pages = { total: z.number().optional(), nextPage: z.number().optional() }
const postStatus = z.enum(["publish", "draft", "pending", "private", "future"])

export const operations = {
  list_posts: operation({
    summary: "List posts, newest first; published ones unless told",
    effect: "read",
    input: z.object({
      status: z.union([postStatus, z.literal("any")]).default("publish"),
      search: text.optional(),
      after: z.iso.datetime({ offset: true }).optional(),
      before: z.iso.datetime({ offset: true }).optional(),
      ...paging,
    }),
    output: z.object({ posts: z.array(post), ...pages }),
    pages: {
      items: (result) => result.posts,
      next: ({ nextPage }) => (nextPage === undefined ? undefined : { page: nextPage }),
    },
    async run(call, { limit, page, ...filters }) {
      const { items, ...rest } = await pageOf(call, "/wp/v2/posts", post, page, { ...filters, per_page: limit })
      return { posts: items, ...rest }
    },
  }),

  create_post: operation({
    summary: "Write a post; a draft unless told",
    effect: "write",
    input: z.object({
      title: text.min(1),
      content: text.optional().describe("HTML or blocks"),
      excerpt: text.optional(),
      status: postStatus.default("draft"),
      slug: text.optional(),
      date: z.iso
        .datetime({ offset: true, local: true })
        .optional()
        .describe("in the site's time where no zone is given"),
      categories: ids.optional(),
      tags: ids.optional(),
    }),
    output: post,
    trace: ["id", "status"],
    run: (call, json) => call.http.post(at(call, "/wp/v2/posts"), { json, output: post }),
  }),

  list_comments: operation({
    summary: "List comments, newest first; approved ones unless told",
    effect: "read",
    input: z.object({
      postId: z.int().positive().optional(),
      status: z.enum(["approve", "hold", "spam", "trash", "all"]).default("approve"),
      search: text.optional(),
      ...paging,
    }),
    output: z.object({ comments: z.array(comment), ...pages }),
    pages: {
      items: (result) => result.comments,
      next: ({ nextPage }) => (nextPage === undefined ? undefined : { page: nextPage }),
    },
    async run(call, { limit, page, postId, ...filters }) {
      const query = { ...filters, post: postId, per_page: limit }
      const { items, ...rest } = await pageOf(call, "/wp/v2/comments", comment, page, query)
      return { comments: items, ...rest }
    },
  }),
}

/** A route at the site of the account. */
function at({ account }: Call, route: string): string {
  return restUrl(account?.data?.restRoot ?? "", route)
}

/** @see https://developer.wordpress.org/rest-api/using-the-rest-api/pagination/ */
async function pageOf<Item>(
  call: Call,
  route: string,
  item: z.ZodType<Item>,
  page: number,
  query: Readonly<Record<string, string | number | undefined>>,
): Promise<{ items: Item[]; total?: number; nextPage?: number }> {
  let [total, totalPages] = [Number.NaN, Number.NaN]
  const items = await call.http.get(at(call, route), {
    query: { ...query, page },
    output: z.array(item),
    onHeaders(headers) {
      total = Number(headers.get("x-wp-total") ?? Number.NaN)
      totalPages = Number(headers.get("x-wp-totalpages") ?? Number.NaN)
    },
  })
  return { items, ...(total >= 0 && { total }), ...(totalPages > page && { nextPage: page + 1 }) }
}
