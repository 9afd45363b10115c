import type { VerifiedGrant } from '../grant/grant.ts'
import type { IssuedGrant } from './ledger.ts'

/** What a ledger needs to know of a grant to find it and its revocation. */
export function issuedGrant(grant: Pick<VerifiedGrant, 'jti' | 'kid' | 'iat' | 'approval'>): IssuedGrant {
  const { jti, kid, iat, approval } = grant
  return { jti, issued: { kid, escalation: approval.escalation, iat } }
}
