import type { Clock } from '@policy/core'
import { openApprovals } from '../workspace/open-approvals.ts'
import type { Workspace } from '../workspace/open-workspace.ts'
import { type GrantAtHand, standing } from './standing.ts'

/** Every grant in `escalation.md` and in this user's state for the repository, newest first; what is no grant at all is left out. */
export async function grantsAtHand(workspace: Workspace, clock: Clock): Promise<GrantAtHand[]> {
  const tokens = await openApprovals(workspace, clock).grants()
  const found = await Promise.all(tokens.map((token) => standing(workspace, token, clock)))
  return found.flatMap((grant) => grant ?? []).toSorted((one, other) => other.claims.iat - one.claims.iat)
}
