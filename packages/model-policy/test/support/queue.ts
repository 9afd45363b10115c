import { developer, reviewer } from '../../../github/test/support/a-pull-request.ts'
import type { FakeWorld } from '../../../github/test/support/fake-github.ts'
import { payload } from '../../../github/test/support/samples.ts'
import type { PullRequestStory } from './pull-request.ts'

/** Open a second pull request on the same branch: work by an open model, reviewed. */
export function openAnother(story: PullRequestStory): FakeWorld {
  const { github, git } = story
  const { world } = github
  const [headBranch, message] = ['docs/words', 'Explain the store\n\nAI-Model: gpt-5-mini']
  git('checkout', '--quiet', '-B', headBranch, world.base)
  story.write({ 'docs/store.md': 'words\n' })
  git('add', '--all')
  git('commit', '--quiet', '--message', message)
  const head = git('rev-parse', 'HEAD')
  git('checkout', '--quiet', world.headBranch)
  const another: FakeWorld = {
    ...world,
    number: 13,
    author: developer,
    head,
    headBranch,
    commits: [{ id: head, message, author: developer, committer: developer }],
    labels: [],
    labelEvents: [],
    comments: [],
    pushes: [{ by: developer, after: head }],
    reviews: [{ id: 51, by: reviewer, state: 'APPROVED', commit: head }],
  }
  world.others = [another]
  return another
}

interface EnqueueOptions {
  /** What the queue brings besides. */
  more?: () => void
  /** The commit it is built on. @default the base branch's */
  base?: string
  /** The subject of the commit that merges a pull request. */
  subjectOf?: (world: FakeWorld) => string | undefined
}

/** Put pull requests into the merge queue, in order, and give the event that asks for checks. */
export function enqueue(
  story: PullRequestStory,
  how: 'merge' | 'squash',
  worlds: readonly FakeWorld[],
  { more = () => {}, base, subjectOf = () => undefined }: EnqueueOptions = {},
): Record<string, unknown> {
  const { github, git } = story
  const { world } = github
  const onto = base ?? world.base
  git('checkout', '--quiet', '--detach', onto)
  for (const one of worlds) {
    const { number, head } = one
    git('merge', '--quiet', ...(how === 'merge' ? ['--no-ff', '--no-commit'] : ['--squash']), head)
    more()
    git('add', '--all')
    const subject = {
      merge: `Merge pull request #${number} from acme/x`,
      squash: `Go on from #7 (#${number})`,
    }[how]
    git('commit', '--quiet', '--message', subjectOf(one) ?? subject)
  }
  const head = git('rev-parse', 'HEAD')
  const ids = git('rev-list', '--reverse', `${onto}..${head}`).split('\n')
  const known = worlds.flatMap(({ commits }) => commits)
  const commits = ids.map(
    (id) => known.find((commit) => commit.id === id) ?? { id, message: git('log', '-1', '--format=%B', id) },
  )
  world.queue = { head, commits }
  git('checkout', '--quiet', world.headBranch)
  const sample = payload('merge_group', 'checks_requested') as { merge_group: object }
  const last = worlds.at(-1)?.number
  return {
    ...sample,
    merge_group: {
      ...sample.merge_group,
      base_sha: onto,
      head_sha: head,
      head_ref: `refs/heads/gh-readonly-queue/${world.baseBranch}/pr-${last}-${onto}`,
    },
  }
}
