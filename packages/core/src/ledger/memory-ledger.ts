import type { Ledger, Revocation, Spend } from './ledger.ts'
import { isRevoked } from './is-revoked.ts'

/** A ledger that lives and dies with the process: for tests. */
export function memoryLedger({ id }: { id: string }): Ledger {
  const spends = new Map<string, Spend[]>()
  const revocations: Revocation[] = []
  return {
    id,
    async consume(spend) {
      const earlier = spends.get(spend.jti) ?? []
      if (isRevoked(spend, revocations))
        return { type: 'refused', code: 'grant_revoked', used: earlier.length }
      const known = earlier.find(({ callId }) => callId === spend.callId)
      if (known) {
        return known.bodyDigest === spend.bodyDigest
          ? { type: 'spent', used: earlier.length, replay: true }
          : { type: 'refused', code: 'grant_replayed', used: earlier.length }
      }
      if (earlier.length >= spend.maxCalls)
        return { type: 'refused', code: 'grant_spent', used: earlier.length }
      spends.set(spend.jti, [...earlier, spend])
      return { type: 'spent', used: earlier.length + 1, replay: false }
    },
    async revoke(revocation) {
      revocations.push(revocation)
    },
    async usage(grant) {
      const calls = (spends.get(grant.jti) ?? []).map(({ callId }) => callId)
      return { used: calls.length, calls, revoked: isRevoked(grant, revocations) }
    },
  }
}
