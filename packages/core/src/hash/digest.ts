/** A SHA-256 digest as it is written everywhere: `sha256:` and 64 lower-case hexadecimal digits. */
export type Digest = `sha256:${string}`

const form = /^sha256:[0-9a-f]{64}$/

/** Whether a value is a {@link Digest} in its one spelling. */
export function isDigest(value: unknown): value is Digest {
  return typeof value === 'string' && form.test(value)
}
