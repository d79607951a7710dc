import { json } from "@holdfast/emulator"
import { collection, type Endpoint, failure, forbidden, invalidParameter, type RestCall } from "./rest.js"
import { isAtLeast, type PostStatus, type Site, type WordpressComment, type WordpressPost } from "./site.js"

const statuses: readonly PostStatus[] = ["publish", "future", "draft", "pending", "private"]

/**
 * Posts and comments.
 * @see https://developer.wordpress.org/rest-api/reference/posts/
 * @see https://developer.wordpress.org/rest-api/reference/comments/
 */
export const contentEndpoints: readonly Endpoint[] = [
  { method: "GET", route: "/wp/v2/posts", answer: listPosts },
  { method: "POST", route: "/wp/v2/posts", answer: createPost },
  { method: "GET", route: "/wp/v2/posts/(?P<id>[\\d]+)", answer: showPost },
  { method: "GET", route: "/wp/v2/comments", answer: listComments },
]

function listPosts(rest: RestCall): Response {
  const { site, user, query } = rest
  if (query.get("context") === "edit" && !isAtLeast(user, "contributor")) {
    return forbidden(rest, "rest_forbidden_context", "Sorry, you are not allowed to edit posts in this post type.")
  }
  const wanted = (query.get("status") ?? "publish").split(",")
  const unknown = wanted.find((status) => status !== "any" && !statuses.some((known) => known === status))
  if (unknown !== undefined) return invalidParameter("status", `status[0] is not one of ${statuses.join(", ")}.`)
  if (wanted.some((status) => status !== "publish") && !isAtLeast(user, "contributor")) {
    return invalidParameter("status", "Status is forbidden.")
  }
  const search = query.get("search")?.toLowerCase()
  const after = query.get("after")
  const posts = site.posts.filter(
    (post) =>
      (wanted.includes("any") || wanted.includes(post.status)) &&
      (search === undefined || `${post.title} ${post.content}`.toLowerCase().includes(search)) &&
      (after === null || Date.parse(`${post.date}Z`) > Date.parse(after)),
  )
  const newestFirst = posts.toSorted((left, right) => (left.date < right.date ? 1 : -1))
  return collection(rest, newestFirst, (post) => postResource(site, post), "rest_post_invalid_page_number")
}

function showPost(rest: RestCall): Response {
  const post = rest.site.posts.find(({ id }) => String(id) === rest.ids[0])
  if (!post) return failure(404, "rest_post_invalid_id", "Invalid post ID.")
  if (post.status !== "publish" && !isAtLeast(rest.user, "contributor")) {
    return forbidden(rest, "rest_forbidden", "Sorry, you are not allowed to do that.")
  }
  return json(postResource(rest.site, post))
}

interface NewPost {
  title?: string | { raw?: string }
  content?: string | { raw?: string }
  excerpt?: string | { raw?: string }
  status?: string
  slug?: string
  date?: string
  categories?: number[]
  tags?: number[]
}

async function createPost(rest: RestCall): Promise<Response> {
  const { site, user, call } = rest
  if (!user || !isAtLeast(user, "contributor")) {
    return forbidden(rest, "rest_cannot_create", "Sorry, you are not allowed to create posts as this user.")
  }
  const sent = ((await call.json()) ?? Object.fromEntries((await call.form()) ?? [])) as NewPost
  const status = statuses.find((known) => known === (sent.status ?? "draft"))
  if (!status) return invalidParameter("status", `status is not one of ${statuses.join(", ")}.`)
  if (["publish", "future", "private"].includes(status) && !isAtLeast(user, "author")) {
    return forbidden(rest, "rest_cannot_publish", "Sorry, you are not allowed to publish posts in this post type.")
  }
  const [title, content, excerpt] = [sent.title, sent.content, sent.excerpt].map(rawOf)
  if (!title && !content && !excerpt) return failure(400, "empty_content", "Content, title, and excerpt are empty.")
  const post: WordpressPost = {
    id: Math.max(0, ...site.posts.map(({ id }) => id)) + 1,
    date: (sent.date ?? "2026-11-21T12:00:00").slice(0, 19),
    slug: sent.slug ?? "",
    status,
    title: title ?? "",
    content: content ?? "",
    excerpt: excerpt ?? "",
    author: user.id,
    categories: sent.categories ?? [1],
    tags: sent.tags ?? [],
  }
  site.posts.push(post)
  const resource = postResource(site, post)
  return json(resource, { status: 201, headers: { location: `${site.home}/wp-json/wp/v2/posts/${post.id}` } })
}

function listComments(rest: RestCall): Response {
  const { site, user, query } = rest
  const status = query.get("status") ?? "approve"
  if (status !== "approve" && !isAtLeast(user, "editor")) {
    return forbidden(rest, "rest_forbidden_param", "Query parameter not permitted: status")
  }
  const posts = query.get("post")?.split(",")
  const comments = site.comments.filter(
    (comment) =>
      (status === "all"
        ? comment.status === "approved" || comment.status === "hold"
        : comment.status === (status === "approve" ? "approved" : status)) &&
      (posts === undefined || posts.includes(String(comment.post))),
  )
  const newestFirst = comments.toSorted((left, right) => (left.date < right.date ? 1 : -1))
  return collection(rest, newestFirst, (comment) => commentResource(site, comment), "rest_comment_invalid_page_number")
}

function postResource({ home }: Site, post: WordpressPost): object {
  const { title, content, excerpt, ...fields } = post
  return {
    ...fields,
    date_gmt: post.date,
    modified: post.date,
    modified_gmt: post.date,
    guid: { rendered: `${home}/?p=${post.id}` },
    type: "post",
    link: post.status === "publish" ? `${home}/${post.slug}/` : `${home}/?p=${post.id}`,
    title: { rendered: title },
    content: { rendered: content, protected: false },
    excerpt: { rendered: excerpt, protected: false },
    comment_status: "open",
    sticky: false,
    format: "standard",
  }
}

function commentResource({ home }: Site, comment: WordpressComment): object {
  const { authorName, content, ...fields } = comment
  return {
    ...fields,
    parent: 0,
    author: 0,
    author_name: authorName,
    author_url: "",
    date_gmt: comment.date,
    content: { rendered: content },
    link: `${home}/?p=${comment.post}#comment-${comment.id}`,
    type: "comment",
  }
}

function rawOf(value: string | { raw?: string } | undefined): string | undefined {
  return typeof value === "string" ? value : value?.raw
}
