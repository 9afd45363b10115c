import { sha256Hex } from '#sha256'
import canonicalize from 'canonicalize'
import { base64urlOfHex } from '../hash/base64url.ts'
import type { GrantApproval, GrantDetail } from './grant.ts'

/**
 * The `jti` of a grant: base64url SHA-256 over RFC 8785 of `[repository, detail type, escalation digest, event]`.
 *
 * It follows from what was approved, so minting twice for one approval gives one budget of calls.
 */
export function grantId(
  repo: string,
  type: GrantDetail['type'],
  approval: Pick<GrantApproval, 'escalation' | 'event'>,
): string {
  return base64urlOfHex(sha256Hex(canonicalize([repo, type, approval.escalation, approval.event]) ?? ''))
}
