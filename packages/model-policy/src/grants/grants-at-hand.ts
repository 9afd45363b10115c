import type { Host } from '../command-line/host.ts'
import { openApprovals } from '../workspace/open-approvals.ts'
import type { Workspace } from '../workspace/open-workspace.ts'
import { type GrantAtHand, standing } from './standing.ts'

/** Grants, with what each is worth now. */
export interface GrantsAtHand {
  /** Newest first; what is no grant at all is left out. */
  grants: GrantAtHand[]
  /** Why the pull request could not be asked for more. */
  failure?: string
}

/** Every grant for this user here: in `escalation.md`, in the state for the repository, and on the pull request where none of them counts. */
export async function grantsAtHand(
  workspace: Workspace,
  host: Pick<Host, 'clock' | 'env'>,
): Promise<GrantsAtHand> {
  const approvals = openApprovals(workspace, host)
  const standings = async (tokens: readonly string[]) =>
    (await Promise.all(tokens.map((token) => standing(workspace, token, host.clock)))).flatMap(
      (grant) => grant ?? [],
    )
  const atHand = await standings(await approvals.grants())
  if (atHand.some(({ refused }) => refused === undefined)) return { grants: newestFirst(atHand) }
  const { tokens, ...rest } = (await approvals.fetchGrants?.()) ?? { tokens: [] }
  const fetched = await standings(tokens)
  const anew = new Set(fetched.map(({ claims }) => claims.jti))
  const others = atHand.filter(({ claims }) => !anew.has(claims.jti))
  return { ...rest, grants: newestFirst([...fetched, ...others]) }
}

const newestFirst = (grants: readonly GrantAtHand[]) =>
  grants.toSorted((one, other) => other.claims.iat - one.claims.iat)
