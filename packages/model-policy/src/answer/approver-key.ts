import {
  judgeApproval,
  type ParsedEscalation,
  PolicyError,
  type PublicKeyRecord,
  requireKeyStanding,
} from '@policy/core'
import { listPrivateKeys } from '@policy/local'
import type { Workspace } from '../workspace/open-workspace.ts'
import { personalKeys } from '../workspace/personal-keys.ts'

/** Who answers what, and when. */
export interface ApproverKeyOptions {
  decision: 'approved' | 'declined'
  /** Whose key, where this user holds those of several people. */
  person: string | undefined
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now: number
}

/**
 * The approver's key of this user with which an escalation may be answered: of those that stand now the newest whose answer counts.
 *
 * @throws `key_missing` when this user holds none that stands, `usage` when keys of several people do, and what `judgeApproval` refuses with.
 */
export async function approverKey(
  workspace: Workspace,
  asked: ParsedEscalation,
  { decision, person, now }: ApproverKeyOptions,
): Promise<PublicKeyRecord> {
  const standing = await standingKeys(workspace, person, now)
  const people = new Set(standing.map(({ subject }) => subject))
  if (people.size > 1) {
    throw new PolicyError('usage', `you hold keys of ${[...people].join(', ')}`, {
      remedy: 'say who answers: --person',
    })
  }
  const judged = standing.map((key) => {
    const evidence = { type: 'key', key } as const
    const facts = { decision, basis: 'approval', by: key.subject, escalation: asked.digest } as const
    return { key, judgement: judgeApproval(workspace.policy, asked, { ...facts, requesters: [], evidence }) }
  })
  const counting = judged.find(({ judgement }) => judgement.type !== 'refused')
  if (counting !== undefined) return counting.key
  const refusal = judged.flatMap(({ judgement }) => (judgement.type === 'refused' ? judgement : []))[0]
  throw new PolicyError(refusal?.code ?? 'key_missing', `your answer would not count: ${refusal?.reason}`)
}

/** The approver's keys that this user holds and that vouch for what they sign now, the newest first; never none. */
async function standingKeys(
  workspace: Workspace,
  person: string | undefined,
  now: number,
): Promise<PublicKeyRecord[]> {
  const listed = new Set(await listPrivateKeys(personalKeys(workspace)))
  const held = workspace.keyRecords.filter(
    ({ kid, role, subject }) =>
      role === 'approver' && listed.has(kid) && (person === undefined || subject === person),
  )
  const faults = held.map((key) => ({ key, fault: faultOf(key, now) }))
  const standing = faults.flatMap(({ key, fault }) => (fault === undefined ? key : []))
  if (standing.length > 0) {
    return standing.toSorted((one, other) => Date.parse(other.notBefore) - Date.parse(one.notBefore))
  }
  const whose = person === undefined ? '' : ` of ${person}`
  throw new PolicyError(
    'key_missing',
    held.length === 0
      ? `you hold no approver's key${whose} for this repository`
      : `no approver's key${whose} that you hold counts now: ${faults.map(({ fault }) => fault).join('; ')}`,
    {
      remedy:
        'make one with `model-policy keys generate --role approver`, and have a signer sign the keys file',
    },
  )
}

/** Why a key does not vouch for what it would sign now; `undefined` when it does. */
function faultOf(key: PublicKeyRecord, now: number): string | undefined {
  try {
    requireKeyStanding(key, Math.floor(now / 1000), now)
    return undefined
  } catch (error) {
    if (!PolicyError.is(error)) throw error
    const { kid, notBefore, notAfter, revokedAt } = key
    if (error.code === 'grant_key_revoked') return `${kid} was revoked at ${revokedAt}`
    const isOver = notAfter !== undefined && !(now < Date.parse(notAfter))
    return isOver ? `${kid} expired at ${notAfter}` : `${kid} counts from ${notBefore} on`
  }
}
