import type { Digest } from '../hash/digest.ts'

/** A person's answer to one escalation, as the block at the end of `escalation.md` carries it. */
export interface Approval {
  decision: 'approved' | 'declined'
  /** Who answered, such as `github:1234567`. */
  by: string
  /** When, as RFC 3339 UTC. */
  at: string
  /** Digest of the escalation that was answered. */
  escalation: Digest
  /** The grant (compact JWS) when approved, the signed decline (compact JWS) when declined. */
  token: string
  /** Why, when declined. */
  reason?: string
}
