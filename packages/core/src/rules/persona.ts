import type { Condition, DeclaredNames } from './condition.ts'
import { nameCondition } from './name-condition.ts'

/** `persona`: the role the agent acts in. A role that the policy does not declare counts as absent. */
export const persona = (wanted: readonly string[], { personas }: DeclaredNames): Condition =>
  nameCondition('persona', wanted, ({ context }) =>
    context.persona !== undefined && personas.has(context.persona) ? context.persona : undefined,
  )
