import type { Digest } from '../hash/digest.ts'

/** A grant as ledgers know it. */
export interface IssuedGrant {
  /** The grant's id. */
  jti: string
  /** What revocation may name besides the grant itself. */
  issued: { kid: string; escalation: Digest; iat: number }
}

/** One use of a grant. */
export interface Spend extends IssuedGrant {
  /** Names the logical call; every retry of it carries the same. */
  callId: string
  /** SHA-256 of the request's exact body bytes. */
  bodyDigest: Digest
  /** How many calls the grant is good for. */
  maxCalls: number
  /** Seconds since 1970-01-01T00:00:00Z. */
  exp: number
}

/** What became of a spend. `used` counts the grant's calls so far. */
export type SpendResult =
  | { type: 'spent'; used: number; replay: boolean }
  | { type: 'refused'; code: 'grant_spent' | 'grant_replayed' | 'grant_revoked'; used: number }

/**
 * What to revoke: one grant, all that answer one escalation, all that one key signed, or everything issued up to a time
 * (seconds since 1970-01-01T00:00:00Z, inclusive).
 */
export type Revocation = { jti: string } | { escalation: Digest } | { kid: string } | { issuedBefore: number }

/** What is left of a grant. */
export interface LedgerUsage {
  /** How many calls were spent. */
  used: number
  /** Call ids that were spent, oldest first. */
  calls: readonly string[]
  /** Whether it is revoked, by whatever revocation. */
  revoked: boolean
}

/** Where grants are spent and revoked: the only mutable state of a decision. */
export interface Ledger {
  /** `led_` and a ULID; grants name it in `aud`. */
  readonly id: string
  /** Spend one call; idempotent per call id and body digest. Throws `ledger_failed` when it cannot say. */
  consume(spend: Spend): Promise<SpendResult>
  /** Refuse every later spend that it names; calls under way go on. Throws `ledger_failed` when it cannot be kept. */
  revoke(revocation: Revocation): Promise<void>
  /** What was spent of a grant; spends nothing. Throws `ledger_failed` when it cannot say. */
  usage(grant: IssuedGrant): Promise<LedgerUsage>
}
