import { PolicyError } from '@policy/core'
import type { Host, Terminal } from '../command-line/host.ts'

/**
 * The terminal at which a person sits; an answer is never given without one.
 *
 * @throws `usage` where there is none.
 */
export function requireTerminal({ terminal }: Host, doing: string): Terminal {
  if (terminal) return terminal
  throw new PolicyError('usage', `${doing} needs a person at a terminal, and there is none`, {
    remedy: 'run it in a terminal; automation mints from what a person did elsewhere: model-policy mint',
  })
}
