/** One line of a log with the proof that it is under a checkpoint. */
export interface ProvenLine {
  /** Place in the log, counted from 0. */
  index: number
  /** The exact line, without its LF. */
  line: string
  /** The audit path (RFC 6962, section 2.1.1) from the leaf upwards, each hash in base64. */
  proof: readonly string[]
}

/** A line that can be checked without the log: what `proveEntry` makes. */
export interface EntryProof extends ProvenLine {
  /** The signed checkpoint that the proof leads to. */
  checkpoint: string
}

/** Every entry of one escalation, checkable without the log: what a pull request carries. */
export interface Evidence {
  /** Form version. */
  evidence: 1
  /** Digest of the escalation. */
  escalation: string
  /** The signed checkpoint that all proofs lead to. */
  checkpoint: string
  entries: readonly ProvenLine[]
}

/** Proof that one checkpoint's log has grown into another's, nothing rewritten. */
export interface ConsistencyProof {
  /** The older signed checkpoint. */
  earlier: string
  /** The newer signed checkpoint. */
  checkpoint: string
  /** RFC 6962, section 2.1.2, each hash in base64. */
  proof: readonly string[]
}
