import type { IssuedGrant, Revocation } from './ledger.ts'

/** Whether any of the revocations reaches a grant. Pure; for ledgers. */
export function isRevoked(grant: IssuedGrant, revocations: readonly Revocation[]): boolean {
  const { jti, issued } = grant
  return revocations.some((revocation) => {
    if ('jti' in revocation) return revocation.jti === jti
    if ('escalation' in revocation) return revocation.escalation === issued.escalation
    if ('kid' in revocation) return revocation.kid === issued.kid
    return issued.iat <= revocation.issuedBefore
  })
}
