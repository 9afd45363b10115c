import { describe, expect, it } from 'vitest'
import {
  aCommit,
  aFile,
  aChange,
  approved,
  aPullRequest,
  base,
  developer,
  head,
  manager,
  oldHead,
  policy,
  readEscalation,
  reviewer,
} from '../../test/support/a-pull-request.ts'
import type { Account } from '../account/account.ts'
import type { CommitEvidence, NoteEvidence, PullRequestEvidence } from '../evidence/pull-request-evidence.ts'
import { judge } from '../verdict/judge.ts'
import { refusalOf } from '../verdict/refusal.ts'
import { approvalsOf } from './approvals-of.ts'
import { countedReviews } from './reviews.ts'

const valid = { verified: true, reason: 'valid' }

/** Somebody's note at the tip, over a commit that is attributed to nobody. */
function underNote(
  by: Account,
  commit: Partial<CommitEvidence> = {},
  decision: NoteEvidence['decision'] = 'approved',
): Partial<PullRequestEvidence> {
  const tip = aCommit({
    message: 'Answer',
    author: by,
    committer: by,
    verification: valid,
    parents: [oldHead],
    paths: ['escalation.md'],
    ...commit,
  })
  const escalation = readEscalation()
  return {
    commits: [tip, aCommit({ id: oldHead, author: undefined, committer: undefined })],
    escalation: { ...escalation, note: { decision, escalation: escalation.digest, commit: tip } },
  }
}

const counted = (changes: Partial<PullRequestEvidence>) =>
  countedReviews(aPullRequest(changes), policy).map(({ person, review }) => `${person} ${review.state}`)

const pushed = (before: string) => [{ by: developer, before, after: head }]

describe('who pushed stays a contributor', () => {
  const reviews = [approved(31, developer)]
  it.each<[string, Partial<PullRequestEvidence>]>([
    ['the agent’s note', underNote({ id: 9009, login: 'refactor-bot[bot]', bot: true })],
    ['their own note', underNote(developer)],
    [
      'a note that is not verified',
      underNote(manager, { verification: { verified: false, reason: 'unsigned' } }),
    ],
    ['a note that another committed', underNote(manager, { committer: developer })],
    ['a decline', underNote(manager, {}, 'declined')],
    ['a note beside code', underNote(manager, { paths: ['escalation.md', 'src/a.ts'] })],
    ['an approving note, pushed with what lies under it', { ...underNote(manager), pushes: pushed(base) }],
    ['an approving note that merges', underNote(manager, { parents: [oldHead, base] })],
  ])('under %s', (_name, changes) => {
    expect(counted({ pushes: pushed(oldHead), ...changes, reviews })).toEqual([])
  })

  it('of a fork nobody tells who pushed: whoever owns it did', () => {
    expect(counted({ reviews, pushes: [] })).toEqual(['github:2002 APPROVED'])
    expect(counted({ reviews, pushes: [], forkOwner: developer })).toEqual([])
  })
})

it('whoever commits and pushes nothing but an approving note may still review', () => {
  const pushes = [{ by: manager, before: oldHead, after: head }]
  const reviews = [approved(31, manager)]
  expect(counted({ ...underNote(manager), pushes, reviews })).toEqual(['github:1001 APPROVED'])
})

const asking = (...reviews: PullRequestEvidence['reviews']) =>
  approvalsOf(aPullRequest({ labels: [], reviews }), policy, readEscalation()).map(({ source }) => source)

it('of what one person said, the newest word counts', () => {
  const said = [approved(40, manager), { ...approved(41, manager), state: 'CHANGES_REQUESTED' }] as const
  expect(counted({ reviews: said })).toEqual(['github:1001 CHANGES_REQUESTED'])
  expect(counted({ reviews: [said[1], { ...said[0], id: 42 }] })).toEqual(['github:1001 APPROVED'])
  expect(asking(...said)).toEqual([])
  expect(asking(said[1], { ...said[0], id: 42 })).toEqual([{ type: 'review', id: 42 }])
})

describe('a refusal by somebody who had a hand in the change', () => {
  const message = `Split\n\nAI-Model: gpt-5.3-codex\nCo-authored-by: x <${manager.id}+mona@users.noreply.github.com>`
  const commits = [aCommit({ message })]
  const refused = { ...approved(40, manager), state: 'CHANGES_REQUESTED' } as const
  const change = aChange(aFile('src/a.ts'))

  it('stands: naming them as co-author does not take it away', () => {
    const pullRequest = aPullRequest({ commits, change, reviews: [refused, approved(41, reviewer)] })
    expect(refusalOf(pullRequest, policy)).toBe('github:1001 asks for changes')
    expect(judge({ type: 'pull-request', pullRequest }, policy).type).toBe('fail')
    expect(counted({ commits, reviews: [refused] })).toEqual(['github:1001 CHANGES_REQUESTED'])
  })

  it('ends with their own approval, which counts for nothing more', () => {
    expect(counted({ commits, reviews: [refused, approved(41, manager)] })).toEqual([])
  })
})

const push = (by: Account | undefined, after = head) => ({ by, before: oldHead, after })

describe('a note in a commit that GitHub signed itself', () => {
  const webFlow = { id: 19864447, login: 'web-flow', bot: false }
  const judged = (...pushes: PullRequestEvidence['pushes']) => {
    const pullRequest = aPullRequest({ ...underNote(manager, { committer: webFlow }), pushes })
    const [, found] = approvalsOf({ ...pullRequest, reviews: [] }, policy, readEscalation())
    return found
  }

  it('approves where its author pushed it', () => {
    expect(judged(push(manager), push(reviewer, oldHead))?.judgement.type).toBe('approved')
  })

  it.each<[string, ReturnType<typeof push>[], string]>([
    ['nobody is known to have pushed it', [], 'nobody who is known'],
    ['its author pushed only something else', [push(manager, oldHead)], 'nobody who is known'],
    ['another squashed it', [push(developer)], 'dev'],
    ['another pushed it too', [push(manager), push(developer)], 'mona, dev'],
    ['who pushed it is gone', [push(undefined)], 'an account that is gone'],
  ])('approves nothing where %s', (_name, pushes, who) => {
    expect(judged(...pushes)?.judgement).toEqual({
      type: 'refused',
      code: 'approval_unverified',
      reason: `GitHub itself signed the commit ${head}, and it was pushed by ${who}, not by mona`,
    })
  })
})

describe('a decline in a note', () => {
  it.each<[string, Account, Partial<CommitEvidence>, string | undefined]>([
    ['counts by a listed person whose commit is verified', manager, {}, 'github:1001 declined in a note'],
    ['is nothing by another', developer, {}, undefined],
    ['is nothing unverified', manager, { verification: { verified: false, reason: 'unsigned' } }, undefined],
  ])('%s', (_name, by, commit, refusal) => {
    expect(refusalOf(aPullRequest(underNote(by, commit, 'declined')), policy)).toBe(refusal)
  })
})
