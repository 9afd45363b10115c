import { enqueue, openAnother } from '../support/queue.ts'
import { type Scenario } from './scenario.ts'
import { start, onBase } from './steps.ts'

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
      payload: enqueue(story, 'squash', [story.github.world], () => story.write({ 'src/extra.ts': '1' })),
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
]
