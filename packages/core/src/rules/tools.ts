import { fold } from '../models/fold.ts'
import { condition, type Condition } from './condition.ts'
import { starPattern } from '../models/star-pattern.ts'

/** `tools`: the type of any tool in the request, such as `mcp`. A request without tools has none. */
export function tools(wanted: readonly string[]): Condition {
  const patterns = wanted.map((pattern) => starPattern(fold(pattern)))
  return condition({
    name: 'tools',
    wants: wanted.join(' or '),
    read: ({ call }) => call.tools,
    holds: (types) => types.some((type) => patterns.some((matches) => matches(fold(type)))),
    show: (types) => (types.length === 0 ? '(none)' : types.join(', ')),
  })
}
