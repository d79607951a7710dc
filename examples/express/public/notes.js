// Parameters to try, by connector and operation: the demo serves a file of its own in place of this one.
export const notes = {}
