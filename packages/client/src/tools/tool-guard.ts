import type { CallContext } from '@policy/core'
import type { GuardState } from '../guard/guard-state.ts'

/** The guard's parts that tools need. */
export interface ToolGuard {
  state: Pick<GuardState, 'policy' | 'ledger' | 'audit' | 'randomId' | 'askOptions' | 'closed'>
  contextOf: () => CallContext
}
