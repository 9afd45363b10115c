export { createAuditLog, type AuditLogOptions } from './log/create-audit-log.ts'
export type { SinkLoss } from './log/loss.ts'
export type { UsageNames } from './log/tally.ts'
export type { AuditEntry } from './entry/entry.ts'
export { openLog, readLines, type LogText } from './lines/read-lines.ts'
export { parseLine, type ParsedLine } from './entry/parse-entry.ts'

export type { AuditSink } from './sinks/sink.ts'
export { fileSink, type FileSinkOptions } from './sinks/file-sink.ts'
export { httpSink, type HttpSinkOptions } from './sinks/http-sink.ts'
export { filter } from './sinks/filter.ts'
export { tee } from './sinks/tee.ts'
export { memorySink, type MemorySink } from './sinks/memory-sink.ts'
export { stdoutSink, type StdoutSinkOptions } from './sinks/stdout-sink.ts'

export { summarize, type SummarizeOptions, type UsageReport } from './summary/summarize.ts'

export { generateLogKey, logKeyOf, verifierKey, type LogKey } from './note/key.ts'
export { sealLog, type SealLogOptions, type SealLogResult } from './seal/seal-log.ts'
export { rotateLog, type RotateLogOptions, type RotateLogResult } from './seal/rotate-log.ts'
export type { LogFault } from './seal/log-fault.ts'
export { verifyLog, type LogReport, type VerifyLogOptions } from './seal/verify-log.ts'

export type { ConsistencyProof, EntryProof, Evidence, ProvenLine } from './evidence/evidence.ts'
export { proveEntry, type ProveEntryOptions } from './evidence/prove-entry.ts'
export { gatherEvidence, type GatherEvidenceOptions } from './evidence/gather-evidence.ts'
export { proveConsistency, type ProveConsistencyOptions } from './evidence/prove-consistency.ts'
export {
  verifyConsistency,
  verifyEvidence,
  type EvidenceReport,
  type VerifyEvidenceOptions,
} from './evidence/verify-evidence.ts'
