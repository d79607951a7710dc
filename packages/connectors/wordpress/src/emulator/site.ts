/** What a user may do, as far as the stand-in knows. */
export type Role = "administrator" | "editor" | "author" | "contributor" | "subscriber"

export interface WordpressUser {
  readonly id: number
  readonly login: string
  readonly name: string
  readonly email: string
  readonly role: Role
}

export type PostStatus = "publish" | "future" | "draft" | "pending" | "private"

export interface WordpressPost {
  readonly id: number
  readonly date: string
  readonly slug: string
  readonly status: PostStatus
  readonly title: string
  readonly content: string
  readonly excerpt: string
  readonly author: number
  readonly categories: readonly number[]
  readonly tags: readonly number[]
}

export type CommentStatus = "approved" | "hold" | "spam" | "trash"

export interface WordpressComment {
  readonly id: number
  readonly post: number
  readonly authorName: string
  readonly date: string
  readonly content: string
  readonly status: CommentStatus
}

/** What a site holds. */
export interface SiteSeed {
  readonly users: readonly WordpressUser[]
  readonly posts: readonly WordpressPost[]
  readonly comments: readonly WordpressComment[]
}

/** A site with what was written since it was seeded. */
export interface Site {
  /** Where readers come, without a trailing slash: `https://example.com/blog`. */
  readonly home: string
  /** Where WordPress itself is, without a trailing slash. Often the same. */
  readonly siteUrl: string
  readonly name: string
  readonly users: readonly WordpressUser[]
  readonly posts: WordpressPost[]
  readonly comments: readonly WordpressComment[]
  /** Whether application passwords exist here: since 5.6, over https or in a local environment, unless switched off. */
  readonly hasApplicationPasswords: boolean
  /** `WP_ENVIRONMENT_TYPE` is `local`. */
  readonly isLocal: boolean
}

const ranks: readonly Role[] = ["subscriber", "contributor", "author", "editor", "administrator"]

/** Whether a user has at least this role. */
export function isAtLeast(user: WordpressUser | undefined, role: Role): boolean {
  return user !== undefined && ranks.indexOf(user.role) >= ranks.indexOf(role)
}

/** Makes a post that looks like any other. */
export function examplePost(fields: Pick<WordpressPost, "id" | "title"> & Partial<WordpressPost>): WordpressPost {
  return {
    date: "2026-11-01T09:00:00",
    slug: fields.title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-"),
    status: "publish",
    content: `<p>${fields.title}.</p>\n`,
    excerpt: `<p>${fields.title}.</p>\n`,
    author: 1,
    categories: [1],
    tags: [],
    ...fields,
  }
}

/** A small site: an administrator, an editor and a reader, a few posts and comments. */
export const defaultSite: SiteSeed = {
  users: [
    { id: 1, login: "first.admin", name: "First Admin", email: "admin@blog.example.com", role: "administrator" },
    { id: 2, login: "second.editor", name: "Second Editor", email: "editor@blog.example.com", role: "editor" },
    { id: 3, login: "reader", name: "Reader", email: "reader@blog.example.com", role: "subscriber" },
  ],
  posts: [
    examplePost({ id: 1, title: "Hello world!" }),
    examplePost({ id: 4, title: "Second post", date: "2026-11-02T09:00:00", author: 2 }),
    examplePost({ id: 7, title: "Third post", date: "2026-11-03T09:00:00" }),
    examplePost({ id: 9, title: "Not ready", date: "2026-11-04T09:00:00", status: "draft" }),
  ],
  comments: [
    {
      id: 1,
      post: 1,
      authorName: "A WordPress Commenter",
      date: "2026-11-01T10:00:00",
      content: "<p>Hi, this is a comment.</p>\n",
      status: "approved",
    },
    {
      id: 2,
      post: 1,
      authorName: "Somebody",
      date: "2026-11-02T10:00:00",
      content: "<p>May I?</p>\n",
      status: "hold",
    },
    {
      id: 3,
      post: 4,
      authorName: "Somebody",
      date: "2026-11-03T10:00:00",
      content: "<p>Well said.</p>\n",
      status: "approved",
    },
  ],
}
