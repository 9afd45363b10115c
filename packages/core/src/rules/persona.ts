import type { Condition, DeclaredNames } from './condition.ts'
import { nameCondition } from './name-condition.ts'

/** `persona`: the role the agent acts in. */
export const persona = (wanted: readonly string[], { personas }: DeclaredNames): Condition =>
  nameCondition('persona', wanted, personas, ({ context }) => context.persona)
