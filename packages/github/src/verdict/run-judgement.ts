import type { VerifiedGrant } from '@policy/core'
import type { VerdictFinding } from './verdict.ts'

/** A grant whose approval stands now. */
export type StandingGrant = Pick<VerifiedGrant, 'jti' | 'nbf' | 'exp' | 'sub' | 'authorization_details'>

/** Whether the models that made these commits were allowed to run, and under which grants. */
export interface RunJudgement {
  findings: readonly VerdictFinding[]
  grants: readonly StandingGrant[]
}
