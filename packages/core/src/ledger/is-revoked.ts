import type { Revocation, Spend } from './ledger.ts'

/** Whether any of the revocations reaches the grant of a spend. Pure; for ledgers. */
export function isRevoked(spend: Pick<Spend, 'jti' | 'issued'>, revocations: readonly Revocation[]): boolean {
  const { jti, issued } = spend
  return revocations.some((revocation) => {
    if ('jti' in revocation) return revocation.jti === jti
    if ('escalation' in revocation) return revocation.escalation === issued.escalation
    if ('kid' in revocation) return revocation.kid === issued.kid
    return issued.iat <= revocation.issuedBefore
  })
}
