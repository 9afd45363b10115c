const bytesPerToken = 4

/** An estimate, not a count, of the tokens a prompt of so many bytes takes: a quarter, rounded up. */
export function estimatePromptTokens(bytes: number): number {
  return Math.ceil(bytes / bytesPerToken)
}
