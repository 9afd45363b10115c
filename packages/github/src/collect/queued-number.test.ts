import { expect, it } from 'vitest'
import { queuedNumber } from './queued-number.ts'

const [squash, merge, octopus] = [['a'], ['a', 'b'], ['a', 'b', 'c']]

it.each<[string, readonly string[], number | undefined]>([
  ['Go on from #7 (#12)', squash, 12],
  ['Revert "Go on (#7)" (#12)', squash, 12],
  ['Go on (#7) (#12)', squash, 12],
  ['Merge pull request #99 from acme/x (#12)', squash, 12],
  ['Merge pull request #99 from acme/x', squash, undefined],
  ['Merge pull request #12 from acme/x', merge, 12],
  ['Go on (#12)', merge, 12],
  ['Merge pull request #12 from acme/x (#12)', merge, 12],
  ['Merge pull request #99 from acme/x (#12)', merge, undefined],
  ['Merge pull request #12 from acme/x', octopus, undefined],
  ['Go on (#12) ', squash, undefined],
  ['Go on', squash, undefined],
  ['Go on', merge, undefined],
])('%j with the parents %j is of %j', (subject, parents, number) => {
  expect(queuedNumber(subject, parents)).toBe(number)
})
