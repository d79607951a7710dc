// What to type and to try, beside each connector: the demo serves a file of its own in place of this one.
export const notes = {}
