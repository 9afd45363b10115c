import { fold } from '../models/fold.ts'
import { starPattern } from '../models/star-pattern.ts'
import { condition, type Condition, type Facts } from './condition.ts'

/**
 * A condition on free text: like one of the patterns wanted, in which `*` stands for any characters.
 *
 * Compared as a person would read it, so that spelling a name otherwise is no way round a rule. Empty text says
 * nothing, so it counts as absent.
 */
export function textCondition(
  name: string,
  wanted: readonly string[],
  read: (facts: Facts) => readonly (string | undefined)[],
): Condition {
  const patterns = wanted.map((pattern) => starPattern(fold(pattern)))
  return condition({
    name,
    wants: wanted.join(' or '),
    read: (facts) => {
      const texts = read(facts).filter((text): text is string => text !== undefined && text !== '')
      return texts.length === 0 ? undefined : texts
    },
    holds: (texts) => texts.some((text) => patterns.some((matches) => matches(fold(text)))),
    show: (texts) => [...new Set(texts)].join(' as '),
  })
}
