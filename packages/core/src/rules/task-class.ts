import type { Condition, DeclaredNames } from './condition.ts'
import { nameCondition } from './name-condition.ts'

/** `taskClass`: the kind of work claimed. A kind that the policy does not declare counts as absent. */
export const taskClass = (wanted: readonly string[], { taskClasses }: DeclaredNames): Condition =>
  nameCondition('taskClass', wanted, ({ context }) =>
    context.taskClass !== undefined && taskClasses.has(context.taskClass) ? context.taskClass : undefined,
  )
