export { openGuard, type OpenGuardOptions } from './guard/open-guard.ts'
export { PolicyDeniedError, type Guard } from '@policy/client'
