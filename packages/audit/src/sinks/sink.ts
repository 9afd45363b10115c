import type { AuditEntry } from '../entry/entry.ts'

/** Where entries go. An object literal with a name and `append` is one. */
export interface AuditSink {
  /** What it is called in errors and counts, such as `file MODEL_AUDIT.log`. */
  readonly name: string
  /** Told once, before the first entry, how a log that does not exist yet begins; each call makes a fresh opening entry. */
  open?(opening: () => AuditEntry): void
  /** Take one entry. Resolves once the sink answers for it; rejects when the entry is not taken. Calls overlap, in order. */
  append(entry: AuditEntry): Promise<void>
  /** Resolves once everything taken so far has arrived; rejects when some of it was lost since the last flush. */
  flush?(): Promise<void>
  /** Flush, and let go of files and connections. */
  close?(): Promise<void>
}
