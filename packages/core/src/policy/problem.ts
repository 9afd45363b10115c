/** One thing that is wrong with a policy document. */
export interface Problem {
  /** Keys and indexes from the top to what is wrong. */
  path: readonly (string | number)[]
  /** Whether the last step of `path` is itself the fault, as a misspelt key is, rather than what it holds. */
  at: 'key' | 'value'
  /** What is wrong, without its place. */
  message: string
  /** What to write instead. */
  remedy?: string
}
