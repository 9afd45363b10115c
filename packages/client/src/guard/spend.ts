import {
  issuedGrant,
  type ModelCall,
  type Ledger,
  type PolicyErrorCode,
  usedUp,
  type VerifiedGrant,
} from '@policy/core'

/** Uses a grant for a call; says what kept it from it, or nothing. */
export type Spending = (grant: VerifiedGrant) => Promise<PolicyErrorCode | undefined>

/** Spend a grant once for each time a model runs: the whole batch or nothing of it, as far as one process can tell. */
export function spend(ledger: Ledger, callId: string, call: ModelCall, runs: number): Spending {
  return async (grant) => {
    const maxCalls = grant.authorization_details[0].max_calls
    if (runs > 1) {
      const { used, calls } = await ledger.usage(issuedGrant(grant))
      if (used + runs > maxCalls && !calls.includes(callId)) return 'grant_spent'
    }
    for (let run = 0; run < runs; run += 1) {
      const spent = await ledger.consume({
        ...issuedGrant(grant),
        callId: run === 0 ? callId : `${callId}/${run}`,
        bodyDigest: call.bodyDigest,
        maxCalls,
        exp: grant.exp,
      })
      if (spent.type === 'refused') return spent.code
    }
    return undefined
  }
}

/** Only look whether a call of the grant is left and nobody has revoked it. */
export function look(ledger: Ledger): Spending {
  return async (grant) => usedUp(grant, await ledger.usage(issuedGrant(grant)))
}
