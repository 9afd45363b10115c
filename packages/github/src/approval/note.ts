import type { Policy } from '@policy/core'
import { type Account, personOf } from '../account/account.ts'
import type { CommitEvidence, NoteEvidence, PullRequestEvidence } from '../evidence/pull-request-evidence.ts'

/** Who wrote a note, as far as GitHub vouches for it. */
export type NoteWriter = { type: 'known'; account: Account } | { type: 'refused'; reason: string }

const refused = (reason: string) => ({ type: 'refused', reason }) as const

/** The account whose verified commit wrote a note, or why there is none. Pure. */
export function writerOfNote(
  { commit }: NoteEvidence,
  { pushes }: Pick<PullRequestEvidence, 'pushes'>,
): NoteWriter {
  if (commit === undefined) return refused('the commit that wrote it is not one of this pull request')
  const { id, author, committer, verification } = commit
  if (!verification.verified || verification.reason !== 'valid' || author === undefined) {
    return refused(`GitHub does not verify the commit ${id}: ${verification.reason}`)
  }
  if (committer?.id === author.id) return { type: 'known', account: author }
  if (committer?.login !== 'web-flow') {
    return refused(`${committer?.login ?? 'somebody'} committed what ${author.login} is said to have written`)
  }
  // GitHub signs squashes and edits made in the browser itself, and the author of a squash need not be who made it.
  const pushers = pushes.filter(({ after }) => after === id).map(({ by }) => by)
  if (pushers.length > 0 && pushers.every((by) => by?.id === author.id)) {
    return { type: 'known', account: author }
  }
  const who = pushers.map((by) => by?.login ?? 'an account that is gone').join(', ') || 'nobody who is known'
  return refused(`GitHub itself signed the commit ${id}, and it was pushed by ${who}, not by ${author.login}`)
}

/** The commit that carries a listed person's approving note and brings nothing else, if there is one. Pure. */
export function noteCommitOf(
  { escalation, commits, pushes }: PullRequestEvidence,
  policy: Policy,
): CommitEvidence | undefined {
  const note = escalation.type === 'read' ? escalation.note : undefined
  if (note?.decision !== 'approved') return undefined
  const writer = writerOfNote(note, { pushes })
  const { people } = policy.document.escalation.approvers
  if (writer.type === 'refused' || !people.includes(personOf(writer.account))) return undefined
  return commits.find(
    ({ id, paths, parents }) => id === note.commit?.id && paths.length === 1 && parents.length === 1,
  )
}
