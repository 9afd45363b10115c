import { PolicyError } from '../errors/policy-error.ts'
import type { Escalation } from './escalation.ts'
import { renderFrontMatter } from './front-matter.ts'
import { codePointOf, hiddenCharacters } from './hidden-characters.ts'
import { renderProse } from './prose.ts'

/**
 * An escalation as the text of `escalation.md`: front matter, then prose generated from it, without an answer.
 *
 * Throws `escalation_malformed` when a text holds a line break or another character that a reader would not see.
 */
export function renderEscalation(escalation: Escalation): string {
  requireVisible(escalation, '')
  return `${renderFrontMatter(escalation)}\n${renderProse(escalation)}`
}

function requireVisible(value: unknown, path: string): void {
  if (typeof value === 'string') {
    const [hidden] = hiddenCharacters.exec(value) ?? []
    if (hidden === undefined) return
    throw new PolicyError(
      'escalation_malformed',
      `${path} holds ${codePointOf(hidden)}, which a reader would not see`,
      {
        place: { path },
      },
    )
  }
  if (typeof value !== 'object' || value === null) return
  for (const [name, member] of Object.entries(value)) requireVisible(member, path ? `${path}.${name}` : name)
}
