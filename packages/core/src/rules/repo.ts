import type { Condition } from './condition.ts'
import { textCondition } from './text-condition.ts'

/** `repo`: the repository, such as `github.com/acme/app`. */
export const repo = (wanted: readonly string[]): Condition => textCondition('repo', wanted)
