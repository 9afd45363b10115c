export { auditSinkSuite, type AuditSinkSuiteOptions, type SinkUnderTest } from '@policy/audit/testing'
export {
  memoryAuditLog,
  scriptedUpstream,
  startLoopbackServer,
  testAuthority,
  type LoopbackServer,
  type LoopbackServerOptions,
  type MemoryAuditLog,
  type ScriptedUpstream,
  type TestAuthority,
  type TestAuthorityOptions,
  type TestGrantOptions,
  type UpstreamStep,
} from '@policy/client/testing'
export { ledgerSuite, type LedgerSuiteOptions } from '@policy/core/testing'
