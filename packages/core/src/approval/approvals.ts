import type { Escalation } from '../escalation/escalation.ts'
import type { Digest } from '../hash/digest.ts'
import type { Approval } from './approval.ts'

/** Where escalations are put before people and their answers are found. */
export interface Approvals {
  /** Put an escalation where people answer it; resolves with the digest under which the answer will be found. */
  request(escalation: Escalation): Promise<Digest>
  /** The answer to one escalation, or `undefined` while there is none. */
  find(digest: Digest): Promise<Approval | undefined>
  /** Every grant token that is at hand; each is still to be verified and may cover nothing. */
  grants(): Promise<readonly string[]>
  /** Grants that lie elsewhere; asked for only where a grant is needed and none at hand does. Never throws for a store that cannot be asked. */
  fetchGrants?(): Promise<FetchedGrants>
}

/** What was found elsewhere. */
export interface FetchedGrants {
  /** Each is still to be verified and may cover nothing. */
  tokens: readonly string[]
  /** Why the store could not be asked, as a clause for people. */
  failure?: string
}
