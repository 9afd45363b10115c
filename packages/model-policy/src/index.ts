export { openGuard, type OpenGuardOptions } from './guard/open-guard.ts'
export { PolicyDeniedError, resolveApprovals, type Guard } from '@policy/client'
