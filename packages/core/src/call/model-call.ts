import type { Digest } from '../hash/digest.ts'

/** One request that would make a model run, as read from the exact bytes that would leave. */
export interface ModelCall {
  /** Every model the request names, in the order found; empty when it names none. */
  models: readonly string[]
  /** The path below the API's base, such as `/responses`. */
  endpoint: string
  /** SHA-256 of the exact body bytes. */
  bodyDigest: Digest
  /** The `type` of every tool in the request, such as `function` or `mcp`. */
  tools: readonly string[]
  /** Length of the body in bytes. */
  bodyBytes: number
}
