import { fold } from '../models/fold.ts'
import { starPattern } from '../models/star-pattern.ts'

/** Whether a folded text is like any of these patterns, in which `*` stands for any characters. */
export function textPattern(wanted: readonly string[]): (folded: string) => boolean {
  const patterns = wanted.map((pattern) => starPattern(fold(pattern)))
  const [only] = patterns
  if (only && patterns.length === 1) return only
  return (folded) => patterns.some((matches) => matches(folded))
}
