import type { VerifiedGrant } from '../grant/grant.ts'

/** What a decision is made with besides policy, call and context. */
export interface DecideOptions {
  /** A grant to hold against the call; it covers nothing without `now`. */
  grant?: VerifiedGrant | undefined
  /** The time, in milliseconds since 1970-01-01T00:00:00Z. */
  now?: number | undefined
}
