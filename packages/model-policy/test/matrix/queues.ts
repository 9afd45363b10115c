import type { FakeWorld } from '../../../github/test/support/fake-github.ts'
import type { PullRequestStory } from '../support/pull-request.ts'
import { enqueue, openAnother } from '../support/queue.ts'
import { type Scenario } from './scenario.ts'
import { approve, onBase, start } from './steps.ts'

/** Beside a pull request that nobody reviewed, one of the same head into another branch that somebody did; gives a good one. */
function withTwin(story: PullRequestStory, branch: string): FakeWorld {
  const { world } = story.github
  const another = openAnother(story)
  const lax = story.git('commit-tree', `${world.base}^{tree}`, '-p', world.base, '-m', 'Lax')
  story.git('branch', '--force', branch, lax)
  const twin = { ...structuredClone(world), number: 99, baseBranch: branch, base: lax }
  world.reviews = []
  world.others = [another, twin]
  return another
}

/** Rows about merge groups. */
export const queues: Scenario[] = [
  ...(['merge', 'squash'] as const).flatMap((how): Scenario[] => [
    {
      row: 48,
      scenario: `a queue with one pull request, by ${how}`,
      from: 'worked',
      change: (story) => ({ name: 'merge_group', payload: enqueue(story, how, [story.github.world]) }),
      verdict: 'pass',
    },
    {
      row: 48,
      scenario: `a queue with two, both good, by ${how}`,
      from: 'worked',
      change: (story) => {
        const another = openAnother(story)
        return { name: 'merge_group', payload: enqueue(story, how, [story.github.world, another]) }
      },
      verdict: 'pass',
    },
    {
      row: 49,
      scenario: `a queue with two, the first one not reviewed as it is, by ${how}`,
      from: 'worked',
      change: (story) => {
        start(story)
        const another = openAnother(story)
        return { name: 'merge_group', payload: enqueue(story, how, [story.github.world, another]) }
      },
      verdict: 'fail review_stale',
    },
    {
      row: 49,
      scenario: `a queue with two, the last one not reviewed, by ${how}`,
      from: 'worked',
      change: (story) => {
        const another = openAnother(story)
        another.reviews = []
        return { name: 'merge_group', payload: enqueue(story, how, [story.github.world, another]) }
      },
      verdict: 'fail review_missing',
    },
  ]),
  {
    row: 50,
    scenario: 'a queue rebuilt on a base that moved',
    from: 'worked',
    change: (story) => {
      onBase(story, { 'docs/other.md': 'x' })
      return { name: 'merge_group', payload: enqueue(story, 'merge', [story.github.world]) }
    },
    verdict: 'pass',
  },
  {
    row: 50,
    scenario: 'a queue that brings something more',
    from: 'worked',
    change: (story) => ({
      name: 'merge_group',
      payload: enqueue(story, 'squash', [story.github.world], {
        more: () => story.write({ 'src/extra.ts': '1' }),
      }),
    }),
    verdict: 'fail queue_altered',
  },
  ...(['merge', 'squash'] as const).map((how): Scenario => ({
    row: 33,
    scenario: `a queue with a pull request from a fork, by ${how}`,
    from: 'worked',
    change: (story) => {
      Object.assign(story.github.world, { forked: true, pushes: [] })
      return { name: 'merge_group', payload: enqueue(story, how, [story.github.world]) }
    },
    verdict: 'pass',
  })),
  ...(
    [
      ['whose title names it', 'squash', 'Merge pull request #99 from acme/x (#12)', 'fail review_missing'],
      ['that a squash says it is of', 'squash', 'Go on (#99)', 'fail queue_altered'],
      ['that a merge says it is of', 'merge', 'Merge pull request #99 from acme/x', 'fail queue_altered'],
      ['beside its own', 'merge', 'Merge pull request #99 from acme/x (#12)', 'fail queue_altered'],
    ] as const
  ).map(([told, how, subject, verdict]): Scenario => ({
    row: 49,
    scenario: `a queue with the twin of a good pull request into another branch, ${told}, by ${how}`,
    from: 'worked',
    change: (story) => ({
      name: 'merge_group',
      payload: enqueue(story, how, [story.github.world, withTwin(story, 'lax')], {
        subjectOf: ({ number }) => (number === 12 ? subject : undefined),
      }),
    }),
    verdict,
  })),
  {
    row: 49,
    scenario: 'a queue whose merge brings another head than that of the pull request it names',
    from: 'worked',
    change: (story) => {
      const another = openAnother(story)
      const [subject, { world }] = ['Merge pull request #13 from acme/x', story.github]
      const squashed = {
        ...world,
        head: story.git('commit-tree', `${world.head}^{tree}`, '-p', world.base, '-m', 'x'),
      }
      return {
        name: 'merge_group',
        payload: enqueue(story, 'merge', [squashed, another], {
          subjectOf: ({ number }) => (number === 13 ? subject : undefined),
        }),
      }
    },
    verdict: 'fail queue_altered',
  },
  {
    row: 49,
    scenario: 'a queue with a pull request that is closed',
    from: 'worked',
    change: (story) => {
      story.github.world.closed = true
      return { name: 'merge_group', payload: enqueue(story, 'squash', [story.github.world]) }
    },
    verdict: 'fail queue_altered',
  },
  ...(
    [
      ['opens the model', 'begun', 'fail approval_missing'],
      ['asks for another check', 'worked', 'fail grant_policy'],
    ] as const
  ).map(([does, from, verdict]): Scenario => ({
    row: 50,
    scenario: `a queue built on a group before it, not merged, that ${does}`,
    from,
    change: (story) => {
      const { git, github } = story
      if (from === 'begun') start(story)
      approve(story)
      const { models, merge, ...policy } = JSON.parse(git('show', 'main:model-policy.yaml'))
      git('checkout', '--quiet', '--detach', 'main')
      const changed =
        from === 'begun'
          ? {
              merge,
              models: {
                ...models,
                classes: { ...models.classes, codex: { access: 'open', models: ['gpt-5.3-codex'] } },
              },
            }
          : { models, merge: { ...merge, checks: [...merge.checks, 'lint'] } }
      story.write({ 'model-policy.yaml': JSON.stringify({ ...policy, ...changed }) })
      git('commit', '--quiet', '--all', '--message', 'Change it (#11)')
      const base = git('rev-parse', 'HEAD')
      return { name: 'merge_group', payload: enqueue(story, 'squash', [github.world], { base }) }
    },
    verdict,
  })),
]
