import {
  type Clock,
  type GrantClaims,
  issuedGrant,
  PolicyError,
  type PolicyErrorCode,
  policyErrorCodes,
  readGrant,
  usedUp,
  type VerifiedGrant,
  verifyGrant,
} from '@policy/core'
import { openLedger, type Workspace } from '../workspace/open-workspace.ts'

/** A grant that is at hand, with what it is worth now. */
export interface GrantAtHand {
  claims: GrantClaims
  /** How many of its calls are used; absent where it is refused before the ledger is asked. */
  used?: number
  /** Why it permits nothing, when it does not. */
  refused?: { code: PolicyErrorCode; reason: string }
}

/**
 * Verify a token as the guard of this repository would.
 *
 * @throws what `verifyGrant` throws.
 */
export function verifyHere(workspace: Workspace, token: string, clock: Clock): Promise<VerifiedGrant> {
  const { keys, repositoryId, trust, policy } = workspace
  return verifyGrant(token, { keys, issuer: repositoryId, ledger: trust.ledger, policy, now: clock() })
}

/** What a token is worth here and now; `undefined` when it is no grant at all. */
export async function standing(
  workspace: Workspace,
  token: string,
  clock: Clock,
): Promise<GrantAtHand | undefined> {
  const claims = await readGrant(token).catch(() => undefined)
  if (claims === undefined) return undefined
  try {
    const grant = await verifyHere(workspace, token, clock)
    const usage = await (await openLedger(workspace)).usage(issuedGrant(grant))
    const code = usedUp(grant, usage)
    const refused = code === undefined ? {} : { refused: { code, reason: policyErrorCodes[code] } }
    return { claims, used: usage.used, ...refused }
  } catch (error) {
    if (!PolicyError.is(error)) throw error
    return { claims, refused: { code: error.code, reason: error.message } }
  }
}
