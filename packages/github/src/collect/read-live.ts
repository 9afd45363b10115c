import { personOf, type Account, type Permission, type Standing } from '../account/account.ts'
import type {
  CommitEvidence,
  LabelEvent,
  PullRequestEvidence,
  ReviewEvidence,
} from '../evidence/pull-request-evidence.ts'
import {
  commentsAnswer,
  compareAnswer,
  issueEventsAnswer,
  permissionAnswer,
  reviewsAnswer,
} from './answers.ts'
import type { EvidenceSources } from './collect-options.ts'
import { incomplete } from './github-client.ts'
import { PolicyError } from '@policy/core'

type Source = Pick<EvidenceSources, 'github' | 'history' | 'owner' | 'repo'>

/** The commits of a head: who and what signed them as GitHub says, what they touch as git says. Both must name the same commits. */
export async function readCommits(
  { github, history, owner, repo }: Source,
  base: string,
  head: string,
): Promise<CommitEvidence[]> {
  const [{ items, first }, known] = await Promise.all([
    github.pages(
      'GET /repos/{owner}/{repo}/compare/{basehead}',
      { owner, repo, basehead: `${base}...${head}` },
      compareAnswer,
      ({ commits }) => commits,
    ),
    history.commits(base, head),
  ])
  const told = new Map(items.map((item) => [item.sha, item]))
  if (first.total_commits !== known.length || told.size !== known.length) {
    throw incomplete(`it tells of ${told.size} of ${first.total_commits} commits; git knows ${known.length}`)
  }
  return known.map(({ id, parents, paths }) => {
    const commit = told.get(id)
    if (commit === undefined) throw incomplete(`it does not tell of the commit ${id}`)
    const { message, verification, author, committer } = commit.commit
    return {
      id,
      message,
      author: commit.author,
      committer: commit.committer,
      at: Date.parse(commit.commit.committer?.date ?? ''),
      signatures: [author, committer],
      verification,
      parents,
      paths,
    }
  })
}

/** Every label put on or taken off, oldest first, and when the pull request was last given another base branch. */
export async function readEvents(
  { github, owner, repo }: Source,
  number: number,
): Promise<Pick<PullRequestEvidence, 'labelEvents' | 'retargetedAt'>> {
  const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}/events'
  const parameters = { owner, repo, issue_number: number }
  const { items } = await github.pages(route, parameters, issueEventsAnswer, (answer) => answer)
  const retargets = items.filter(({ event }) => retargeting.has(event))
  const labelEvents = items
    .toSorted((one, other) => one.id - other.id)
    .flatMap(({ id, event, actor, label, created_at: at, performed_via_github_app: app }): LabelEvent[] => {
      if ((event !== 'labeled' && event !== 'unlabeled') || label?.name === undefined || label.name === null)
        return []
      // GitHub says `null` where no app acted; where it says nothing, one may have.
      if (app === undefined) throw incomplete(`it does not tell whether an app made the label event ${id}`)
      return [{ id, type: event, label: label.name, actor, viaApp: app?.name, at: Date.parse(at) }]
    })
  if (retargets.length === 0) return { labelEvents }
  return {
    labelEvents,
    retargetedAt: Math.max(...retargets.map(({ created_at: at }) => Date.parse(at))),
  }
}

const retargeting: ReadonlySet<string> = new Set(['base_ref_changed', 'automatic_base_change_succeeded'])

/** Every review, oldest first. */
export async function readReviews(
  { github, owner, repo }: Source,
  number: number,
): Promise<ReviewEvidence[]> {
  const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews'
  const { items } = await github.pages(
    route,
    { owner, repo, pull_number: number },
    reviewsAnswer,
    (answer) => answer,
  )
  return items
    .toSorted((one, other) => one.id - other.id)
    .map(({ id, user, state, commit_id: commit, submitted_at: at }) => ({
      id,
      by: user,
      state,
      commit: commit ?? undefined,
      // One that says no time is older than everything.
      at: at ? Date.parse(at) : 0,
    }))
}

/** Every comment, oldest first; at least as many as the pull request says there are. */
export async function readComments({ github, owner, repo }: Source, number: number, count: number) {
  const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments'
  const { items } = await github.pages(
    route,
    { owner, repo, issue_number: number },
    commentsAnswer,
    (answer) => answer,
  )
  if (items.length < count) throw incomplete(`it tells of ${items.length} of ${count} comments`)
  return items
}

/** The standing of everybody whose label, review or note may count. Asked by login, taken only when the account is the same. */
export async function readStandings(
  { github, owner, repo }: Source,
  people: readonly (Account | undefined)[],
): Promise<PullRequestEvidence['standings']> {
  const persons = new Map(
    people.flatMap((account) => (account && !account.bot ? [[account.id, account]] : [])),
  )
  const standings = await Promise.all(
    [...persons.values()].map(async (account): Promise<[string, Standing]> => {
      const route = 'GET /repos/{owner}/{repo}/collaborators/{username}/permission'
      try {
        const answer = await github.get(route, { owner, repo, username: account.login }, permissionAnswer)
        const same = answer.user?.id === account.id
        return [
          personOf(account),
          same ? { permission: permissionOf(answer.permission), role: answer.role_name } : nobody,
        ]
      } catch (error) {
        // An account that is gone has no standing; every other failure leaves it unknown.
        if (isNotFound(error)) return [personOf(account), nobody]
        throw error
      }
    }),
  )
  return Object.fromEntries(standings)
}

const nobody: Standing = { permission: 'none', role: 'none' }

const permissionOf = (name: string): Permission =>
  name === 'admin' || name === 'write' || name === 'read' ? name : 'none'

const isNotFound = (error: unknown) =>
  PolicyError.is(error) && (error.cause as { status?: number } | undefined)?.status === 404
