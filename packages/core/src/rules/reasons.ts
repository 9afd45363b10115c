import { condition, type Condition } from './condition.ts'

/** `reasons`: any of the reasons given for wanting a dearer model. An empty list says nothing. */
export const reasons = (wanted: readonly string[]): Condition =>
  condition({
    name: 'reasons',
    wants: wanted.join(' or '),
    holds: (given) => given.some((reason) => wanted.includes(reason)),
    show: (given) => given.join(', '),
  })
