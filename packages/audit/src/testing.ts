export {
  auditSinkSuite,
  type AuditSinkSuiteOptions,
  type SinkUnderTest,
  type SuiteCase,
} from './testing/audit-sink-suite.ts'
