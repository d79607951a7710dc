import type { NextFunction, Request, Response } from "express"

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ")

/** For the app's own pages: nothing inline, nothing from elsewhere, no frames. Holdfast's pages bring headers of their own. */
export function pageHeaders(_request: Request, response: Response, next: NextFunction): void {
  response.set({
    "content-security-policy": policy,
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
  })
  next()
}
