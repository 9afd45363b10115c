import type { Clock } from '../clock.ts'
import type { VerifiedGrant } from './grant.ts'
import { requireKeyStanding } from './key-standing.ts'
import type { PublicKeyRecord } from './keys.ts'
import { requireTimes, verifyWithKey, type VerifyGrantOptions } from './verify-grant.ts'

/** What grants are verified against, for the life of a guard. */
export interface GrantVerifierOptions extends Omit<VerifyGrantOptions, 'now'> {
  clock: Clock
}

/** Tokens remembered; a guard sees a handful, a stranger may send any number. */
const mostRemembered = 1000

/**
 * A {@link verifyGrant} that checks the signature of a token once.
 *
 * Seen again, a token only has its times and its key looked at: until it expires, or the key source gives another record for its
 * key (`KeySource.find` gives the same object while nothing changed). Revocation of grants is the ledger's, asked on every call.
 */
export function grantVerifier(options: GrantVerifierOptions): (token: string) => Promise<VerifiedGrant> {
  const { keys, policy, clock } = options
  const remembered = new Map<string, { grant: VerifiedGrant; key: PublicKeyRecord }>()
  return async function verify(token) {
    const now = clock()
    const known = remembered.get(token)
    if (known && known.key === (await keys.find(known.grant.kid))) {
      requireKeyStanding(known.key, known.grant.iat, now)
      requireTimes(known.grant, { policy, now })
      return known.grant
    }
    remembered.delete(token)
    const verified = await verifyWithKey(token, { ...options, now })
    const [oldest] = remembered.keys()
    if (remembered.size >= mostRemembered && oldest !== undefined) remembered.delete(oldest)
    remembered.set(token, verified)
    return verified.grant
  }
}
