import { fold } from '../models/fold.ts'
import { condition, type Condition } from './condition.ts'
import { textPattern } from './text-pattern.ts'

/** `tools`: the type of any tool in the request, such as `mcp`. A request without tools has none. */
export function tools(wanted: readonly string[]): Condition {
  const isWanted = textPattern(wanted)
  return condition({
    name: 'tools',
    wants: wanted.join(' or '),
    holds: (types) => types.some((name) => isWanted(fold(name))),
    show: (types) => (types.length === 0 ? '(none)' : types.join(', ')),
  })
}
