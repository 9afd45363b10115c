import { execFileSync } from 'node:child_process'
import { escalationDigest, renderEscalation } from '@policy/core'
import { agent, developer, manager, reviewer } from '../../../github/test/support/a-pull-request.ts'
import type { PullRequestStory } from '../support/pull-request.ts'
import { type Event } from './scenario.ts'

export const label = 'model:codex-approve'
export const codex = (subject: string) => `${subject}\n\nAI-Model: gpt-5.3-codex`
export const start = (story: PullRequestStory, message = codex('Start')) =>
  story.push(message, { 'src/session/store.ts': 'export const store = 3\n' })
export const approve = (
  { github: { world } }: PullRequestStory,
  by = reviewer,
  commit = world.head,
  state = 'APPROVED',
) => void world.reviews.push({ id: 40 + world.reviews.length, by, state, commit })
export const mark = ({ github: { world } }: PullRequestStory, by = manager, name = label, app?: string) => {
  world.labels.push(name)
  world.labelEvents.push({
    id: 100 + world.labelEvents.length,
    type: 'labeled',
    label: name,
    actor: by,
    ...(app === undefined ? {} : { app }),
  })
}
export const unmark = ({ github: { world } }: PullRequestStory, by = manager) => {
  world.labels = world.labels.filter((name) => name !== label)
  world.labelEvents.push({ id: 100 + world.labelEvents.length, type: 'unlabeled', label, actor: by })
}
export const allow = (
  { github: { world } }: PullRequestStory,
  account = developer,
  permission = 'write',
  role = permission,
) => void (world.permissions[account.login] = { account, permission, role })

/** The same, with Codex's first commit on it. */
export const started = (then: (story: PullRequestStory) => void | Event) => (story: PullRequestStory) => {
  start(story)
  return then(story)
}

/** Change files of the branch that the pull request goes into, or of another one that it then goes into. */
export function onBase(
  story: PullRequestStory,
  files: Readonly<Record<string, string>>,
  branch = 'main',
): void {
  const { git, github } = story
  git('checkout', '--quiet', '-B', branch, 'main')
  story.write(files)
  git('add', '--all')
  git('commit', '--quiet', '--message', 'On the base')
  Object.assign(github.world, { base: git('rev-parse', 'HEAD'), baseBranch: branch })
  git('checkout', '--quiet', github.world.headBranch)
}

/** Put something else where a file was, by what git's index says of it. */
export function stage(story: PullRequestStory, mode: string, path: string, content: string): void {
  const id = mode === '160000' ? story.github.world.base : story.git('rev-parse', content)
  story.git('rm', '--quiet', '--cached', '--ignore-unmatch', path)
  story.git('update-index', '--add', '--cacheinfo', `${mode},${id},${path}`)
  story.git('commit', '--quiet', '--message', 'Stage')
  const { world } = story.github
  world.head = story.git('rev-parse', 'HEAD')
  world.commits.push({ id: world.head, message: 'Stage', author: agent, committer: agent })
}

/** Push many commits at once. */
export function pushMany(story: PullRequestStory, count: number): void {
  const { git, github, repository } = story
  const { world } = github
  const commits = Array.from({ length: count }, (_, index) =>
    [
      'commit refs/heads/many',
      `mark :${index + 1}`,
      `committer T <t@example.com> ${1_700_000_000 + index} +0000`,
      `data ${codex('Step').length}`,
      codex('Step'),
      index === 0 ? `from ${world.head}` : `from :${index}`,
      `M 644 inline src/many/file-${index}.ts`,
      'data 1',
      'x',
      '',
    ].join('\n'),
  )
  execFileSync('git', ['fast-import', '--quiet', '--force'], { cwd: repository, input: commits.join('\n') })
  const ids = git('rev-list', '--reverse', `${world.head}..many`).split('\n')
  world.commits.push(...ids.map((id) => ({ id, message: codex('Step'), author: agent, committer: agent })))
  git('reset', '--quiet', '--hard', 'many')
  world.head = git('rev-parse', 'HEAD')
}

export const note = (story: PullRequestStory, text?: string) => {
  const asked = renderEscalation(story.escalation)
  return { 'escalation.md': `${asked}\n## Approval\n\n${text ?? `Approved: ${escalationDigest(asked)}`}\n` }
}
export const signed = {
  author: manager,
  committer: manager,
  verification: { verified: true, reason: 'valid' },
}

export async function mint(story: PullRequestStory): Promise<void> {
  const argv = ['mint', '--pull-request', '12', '--labeled-head', story.github.world.head]
  const { code, err } = await story.type(argv)
  if (code !== 0) throw new Error(err)
}

/** Approved by the manager's review, minted from it, worked and on record. */
export async function byReview(story: PullRequestStory): Promise<void> {
  approve(story, manager)
  // A label's run mints that label alone; a review is minted when a person asks.
  const { code, err } = await story.type(['mint', '--pull-request', '12'])
  if (code !== 0) throw new Error(err)
  start(story)
  const file = `.model-policy/evidence/${story.escalation.id}.json`
  story.push(codex('Evidence'), { [file]: await story.evidence() })
}

export const evidenceFile = '.model-policy/evidence/esc_01JD0000000000000000000000.json'
export const check = (name: string, conclusion: string | null, status = 'completed') => ({
  name,
  status,
  conclusion,
})
export const vet = ({ github: { world } }: PullRequestStory, conclusion: string | null) =>
  void (world.checks[1] = check('skill-vetter', conclusion))
