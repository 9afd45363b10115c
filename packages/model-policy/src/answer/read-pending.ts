import { escalationDigest, parseEscalation, type ParsedEscalation, PolicyError } from '@policy/core'
import { readText } from '@policy/local'
import type { Workspace } from '../workspace/open-workspace.ts'

/** An escalation that waits for its answer, with the text it was read from. */
export interface PendingEscalation extends ParsedEscalation {
  file: string
  text: string
}

/**
 * The escalation of a working tree that nobody has answered yet.
 *
 * @throws `escalation_missing`, `escalation_answered`; `grant_repository` or `grant_policy` when it was written for another repository or
 *   policy than the one in force; what `parseEscalation` throws.
 */
export async function readPending(workspace: Workspace): Promise<PendingEscalation> {
  const { paths, policy, repositoryId } = workspace
  const file = paths.escalation
  const place = { file }
  const text = await readText(file)
  if (text === undefined) {
    throw new PolicyError('escalation_missing', `there is no ${file}, so nothing waits for an answer`, {
      place,
    })
  }
  const { escalation, digest, approval, note } = await parseEscalation(text)
  if (approval !== undefined) {
    throw new PolicyError(
      'escalation_answered',
      `${file} was ${approval.decision} by ${approval.by} at ${approval.at}`,
      {
        place,
        remedy: 'for more, let the agent ask again: model-policy escalate',
      },
    )
  }
  if (note?.decision === 'declined') {
    throw new PolicyError('escalation_answered', `a note in ${file} declines it`, {
      place,
      remedy: 'talk to whoever wrote it; without the note it can be answered',
    })
  }
  if (escalation.repo !== repositoryId) {
    throw new PolicyError(
      'grant_repository',
      `${file} was written for ${escalation.repo}; this is ${repositoryId}`,
      { place },
    )
  }
  if (escalation.policy !== policy.digest) {
    throw new PolicyError(
      'grant_policy',
      `${file} was written under the policy ${escalation.policy}; ${policy.digest} is in force`,
      { place, remedy: 'let the agent ask again under the policy in force: model-policy escalate' },
    )
  }
  return { escalation, digest, file, text }
}

/**
 * Throw unless the file still holds what was read: what a person saw is what gets the answer.
 *
 * @throws `escalation_altered`.
 */
export async function requireUnchanged({ file, text, digest }: PendingEscalation): Promise<void> {
  const now = await readText(file)
  if (now === text) return
  throw new PolicyError(
    'escalation_altered',
    `${file} was changed while you looked at it: it was ${digest}, now it is ${now === undefined ? 'gone' : escalationDigest(now)}`,
    { place: { file }, remedy: 'look at it again' },
  )
}
