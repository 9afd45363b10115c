import { sameLabel } from '../approval/labels.ts'
import type {
  AuditEvidence,
  PullRequestEvidence,
  ReadableEscalation,
} from '../evidence/pull-request-evidence.ts'
import { readFile } from '../git/read-file.ts'
import { branchAnswer, pullAnswer } from './answers.ts'
import { type BaseRules, readBaseRules } from './base-rules.ts'
import type { EvidenceSources } from './collect-options.ts'
import { incomplete } from './github-client.ts'
import { readChecks } from './read-checks.ts'
import { readGateLocks } from './read-gate-locks.ts'
import { readEscalation } from './read-escalation.ts'
import { readDecline, readGrants, tokensIn } from './read-grants.ts'
import { readForkPushes, readPushes } from './read-pushes.ts'
import { readSymlinks } from './read-symlinks.ts'
import { readComments, readCommits, readEvents, readReviews, readStandings } from './read-live.ts'

/** A pull request as it stands now, and the rules of the branch it asks to be merged into. */
export interface CollectedPullRequest {
  pullRequest: PullRequestEvidence
  rules: BaseRules
  /** Whether it is neither closed nor merged. */
  isOpen: boolean
  defaultBranch: string
}

/**
 * Collect every fact about one pull request: accounts, events and signatures from GitHub's live API, content and sizes from git.
 *
 * `given` are the rules it is verified by where they are not those of its own base branch: a merge queue's.
 *
 * @throws `github_failed`, `github_incomplete`, `history_incomplete`, and what reading the base's policy and keys throws.
 */
export async function collectPullRequest(
  options: EvidenceSources,
  number: number,
  given?: BaseRules,
): Promise<CollectedPullRequest> {
  const { github, history, owner, repo, now } = options
  const readPull = () =>
    github.get(
      'GET /repos/{owner}/{repo}/pulls/{pull_number}',
      { owner, repo, pull_number: number },
      pullAnswer,
    )
  const pull = await readPull()
  if (pull.head.repo === null) throw incomplete('the fork that the pull request comes from is gone')
  const readTip = async () => {
    const route = 'GET /repos/{owner}/{repo}/branches/{branch}'
    const branch = await github.get(route, { owner, repo, branch: pull.base.ref }, branchAnswer)
    return branch.commit.sha
  }
  const base = await readTip()
  const head = pull.head.sha
  const own = pull.head.repo.id === pull.base.repo.id
  const [rules, commits, events, reviews, comments, checks, pushes, change] = await Promise.all([
    given ?? readBaseRules(history, base),
    readCommits(options, base, head),
    readEvents(options, number),
    readReviews(options, number),
    readComments(options, number, pull.comments),
    readChecks(options, head),
    own
      ? readPushes(options, pull.head.ref)
      : readForkPushes(options, pull.head.repo.full_name, pull.head.ref),
    history.change(base, head),
  ])
  const {
    file: path,
    approvers: { label },
  } = rules.policy.document.escalation
  const { escalation, approval } = await readEscalation({ history, base, head, path, commits })
  const asked = escalation.type === 'read' ? escalation : undefined
  const tokens = [...(approval?.decision === 'approved' ? [approval.token] : []), ...tokensIn(comments)]
  const [grants, decline, audit, symlinks, gateLocks, standings] = await Promise.all([
    asked ? readGrants(tokens, asked, rules, now) : [],
    asked && readDecline(approval, asked, rules, now),
    asked ? readAudit(options, head, asked, rules) : ({ type: 'missing' } as const),
    readSymlinks(history, change),
    readGateLocks(history, change),
    readStandings(options, [
      ...events.labelEvents.filter(({ label: name }) => sameLabel(name, label)).map(({ actor }) => actor),
      ...reviews.filter(({ state }) => state !== 'COMMENTED' && state !== 'PENDING').map(({ by }) => by),
      asked?.note?.commit?.author,
    ]),
  ])
  const [after, tip, ...answers] = await Promise.all([
    readPull(),
    readTip(),
    readEvents(options, number),
    readReviews(options, number),
  ])
  const was = `${head} for ${pull.base.ref} at ${base}`
  const is = `${after.head.sha} for ${after.base.ref} at ${tip}`
  if (is !== was) throw incomplete(`the pull request went from ${was} to ${is} while it was read`)
  if (JSON.stringify(answers) !== JSON.stringify([events, reviews]))
    throw incomplete('a label or a review was given or taken back while it was read')
  return {
    rules,
    isOpen: after.state === 'open',
    defaultBranch: pull.base.repo.default_branch,
    pullRequest: {
      number,
      draft: pull.draft ?? false,
      repository: `${new URL(pull.base.repo.html_url).host}/${pull.base.repo.full_name}`,
      author: pull.user,
      ...(own || pull.head.repo.owner === undefined ? {} : { forkOwner: pull.head.repo.owner }),
      baseBranch: pull.base.ref,
      base,
      head,
      headBranch: pull.head.ref,
      body: pull.body ?? '',
      commits,
      labels: after.labels.map(({ name }) => name),
      ...events,
      reviews,
      checks,
      pushes,
      change,
      symlinks,
      gateLocks,
      escalation,
      grants,
      ...(decline === undefined ? {} : { decline }),
      audit,
      standings,
    },
  }
}

/** The evidence file of an escalation, verified against the base's log keys: one of them sealed it. */
async function readAudit(
  { history, verifyAudit }: EvidenceSources,
  head: string,
  { escalation }: ReadableEscalation,
  { logKeys }: BaseRules,
): Promise<AuditEvidence> {
  const file = await readFile(history, head, `.model-policy/evidence/${escalation.id}.json`)
  if (file.type !== 'file') return file
  if (logKeys.length === 0) {
    const reason = 'the base branch has no .model-policy/log.vkey to verify it against'
    return { type: 'refused', code: 'log_key', reason }
  }
  const evidence = jsonOf(file.text)
  const reports = await Promise.all(logKeys.map((logKey) => verifyAudit(evidence, logKey)))
  const faults = []
  for (const report of reports) {
    if (report.type === 'verified') return report
    faults.push(...report.faults)
  }
  // What the key that did seal it says tells more than that the others did not.
  const fault = faults.find(({ code }) => code !== 'log_key') ?? faults[0]
  return {
    type: 'refused',
    code: fault?.code ?? 'evidence_malformed',
    reason: fault?.message ?? 'it does not verify',
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
