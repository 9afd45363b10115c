import type { Condition, DeclaredNames } from './condition.ts'
import { nameCondition } from './name-condition.ts'

/** `taskClass`: the kind of work claimed. */
export const taskClass = (wanted: readonly string[], { taskClasses }: DeclaredNames): Condition =>
  nameCondition('taskClass', wanted, taskClasses, ({ context }) => context.taskClass)
