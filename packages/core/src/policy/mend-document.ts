import type { Problem } from './problem.ts'

/** Sections whose names other sections refer to: with a fault in one of them, what refers to it cannot be judged. */
const referredTo: readonly unknown[] = ['version', 'models', 'personas', 'taskClasses']
const sections: readonly unknown[] = ['rules', 'thresholds', 'escalation', 'safety', 'merge', 'enforcement']

/**
 * A copy of a document without what is wrong in its form, so that the rest can be held against itself in the same round: a faulty rule
 * is stood in for by one that says nothing, other faulty values are left to their defaults. `undefined` where names may be missing.
 */
export function mendDocument(value: unknown, problems: readonly Problem[]): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  const copy = structuredClone(value) as Record<PropertyKey, unknown>
  for (const { path } of problems) {
    const [section, index] = path
    if (referredTo.includes(section) || !sections.includes(section)) return undefined
    if (section === 'rules' && typeof index === 'number') {
      const rules = copy['rules'] as unknown[]
      rules[index] = { id: `unreadable-${index}`, when: {}, then: 'deny', because: 'it is not in its form' }
    } else leaveOut(copy, path)
  }
  return copy
}

function leaveOut(copy: Record<PropertyKey, unknown>, path: Problem['path']): void {
  const holder = path
    .slice(0, -1)
    .reduce<unknown>(
      (at, step) =>
        typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[step] : undefined,
      copy,
    )
  const last = path.at(-1)
  if (last === undefined || typeof holder !== 'object' || holder === null) return
  if (Array.isArray(holder)) holder.length = 0
  else delete (holder as Record<PropertyKey, unknown>)[last]
}
