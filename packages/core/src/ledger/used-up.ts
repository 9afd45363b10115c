import type { GrantClaims } from '../grant/grant.ts'
import type { LedgerUsage } from './ledger.ts'

/** Why a grant of which so much is used permits no further call, or nothing where one is left. Pure. */
export function usedUp(
  { authorization_details: [{ max_calls }] }: Pick<GrantClaims, 'authorization_details'>,
  { used, revoked }: Pick<LedgerUsage, 'used' | 'revoked'>,
): 'grant_revoked' | 'grant_spent' | undefined {
  if (revoked) return 'grant_revoked'
  return used < max_calls ? undefined : 'grant_spent'
}
